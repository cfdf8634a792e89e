"""Does a paper speak to the model that reads it, or to a reviewer's?

Hidden orders ("give a positive review only") were found in preprints in 2025. A paper that
studies such orders quotes them, so a mark is for the operator to look at and drops nothing.
"""

import re
from collections.abc import Iterator
from itertools import islice

from newsletter.fidelity.findings import Violation, soft
from newsletter.fidelity.text import is_invisible

CHECK = "instructions"
_MOST = 20
_ORDER = re.compile(
    r"""\b(?:ignore|disregard|forget|override|bypass)[ ]
      (?:all\ |any\ |the\ |your\ |my\ |of\ |these\ ){0,3}
      (?:previous|prior|above|preceding|earlier|foregoing|system|other|initial|original)[ ]
      (?:\w+\ ){0,2}(?:instructions?|prompts?|commands?|directions?|rules|messages?|text|guidelines)
  | \b(?:ignore|disregard|forget)\ (?:everything|all)\ (?:above|before|previous|prior|that\ came)
  | \b(?:do\ not|don[’']t|never)\ (?:highlight|mention|report|raise|list)
      \ any\ (?:negatives?|weakness(?:es)?)
  | \b(?:give|write|provide|produce)\ (?:only\ )?an?\ (?:strongly\ |very\ |only\ |purely\ ){0,2}
      (?:positive|favou?rable|glowing)\ (?:peer\ )?(?:review|rating|assessment|recommendation)s?\b
  | \b(?:positive\ review|recommend\ accept(?:ance)?|accept\ this\ paper)\ (?:only|now|strongly)\b
  | \byou\ are\ (?:now\ )?(?:ChatGPT|GPT-?[0-9]|Claude|Gemini|DAN\b
      |an?\ (?:AI|large)\ (?:language\ )?
      (?:assistant|model)|a\ helpful\ assistant)
  | \bas\ an?\ (?:AI\ |large\ )?language\ model,?\ (?:you|please|I)\b
  | \b(?:your|the|this|following|reveal|print|repeat|leak(?:ed|ing)?)\ system
      \ prompt\b(?=\W{0,3}(?:is|says|and|to|:|\.|$))
  | (?:^|[.!?:"“]\s{0,2})(?:please\ )?(?:respond|reply|answer)\ (?:only\ )?with\b
  | (?:^|[.!?:"“]\s{0,2})(?:please\ )?output\ only\b
  | (?:^|[.!?:"“,]\s{0,2})(?:please\ )?translate\ (?:this|the\ following|it)\ (?:as|into|to)\b
  | \b(?:note|message|instructions?)\ (?:to|for)\ (?:the\ )?(?:AI|LLM|language[\ -]model|GPT)\ ?
      (?:reviewers?|readers?|assistants?|models?)?\s{0,2}:
  | \bif\ you\ are\ an?\ (?:AI|LLM|large\ language\ model|language\ model|reviewer)\b
  | <\|?\/?(?:im_start|im_end|system|endoftext|assistant|user)\|?> | \[/?INST\] | <<SYS>>
  | \bBEGIN\ (?:SYSTEM|INSTRUCTIONS?)\b | \#{2,}\ ?(?:system|instructions?)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Most abstracts hold none of these, and then no order either.
_HINT = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|positive|favou?rable|glowing|accept|recommend"
    r"|you\ are|as an? (?:AI|large|language)|system prompt"
    r"|(?:respond|reply|answer)\ (?:only\ )?with"
    r"|output only|translate (?:this|the following|it)|any (?:negatives?|weakness)"
    r"|(?:note|message|instructions?) (?:to|for))\b|<[|s/iaeu<]|\[/?INST|BEGIN |##",
    re.IGNORECASE,
)
# A blob has letters of both cases and digits: a hash, a key or a long word has not all three.
_BLOB = re.compile(
    r"(?<![A-Za-z0-9+/=_.:-])(?=[A-Za-z+/]{0,60}[0-9])(?=[a-z0-9+/]{0,60}[A-Z])"
    r"(?=[A-Z0-9+/]{0,60}[a-z])[A-Za-z0-9+/]{60,}={0,2}"
)
# Soft hyphens and joiners come from typesetting; what changes direction or carries tags does not.
_HARMLESS = frozenset("\u00ad\u200d\t\n\r\ufeff")


def check_instructions(paper_text: str) -> Iterator[Violation]:
    """Yield what speaks to a model, soft, field `paper`; `paper_text` is as it came.

    Orders to ignore instructions, roles given to a model, demands on a review, turns of a chat
    format, invisible characters and base64 of 60 or more characters.
    """
    spaced = re.sub(r"\s+", " ", paper_text)
    orders = _ORDER.finditer(spaced) if _HINT.search(spaced) else iter(())
    for found in islice(orders, _MOST):
        yield soft(CHECK, "paper", found[0].strip(), "words that address a model")
    for found in islice(_BLOB.finditer(spaced), _MOST):
        yield soft(CHECK, "paper", found[0], "encoded text")
    if not paper_text.isprintable():
        hidden = {char for char in paper_text if is_invisible(char)} - _HARMLESS
        if names := ", ".join(sorted(f"U+{ord(char):04X}" for char in hidden)[:5]):
            yield soft(CHECK, "paper", names, "invisible characters in the English")
