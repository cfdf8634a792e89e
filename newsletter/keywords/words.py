"""One word, folded: case, plural ending, and what of its spelling a search may ask for."""

from types import MappingProxyType
from typing import NamedTuple

LONGEST_ACRONYM = 6
"""Letters and digits of a word in capitals that is taken for an acronym: ROBOTICS is shouted."""

_SHORTEST_PLURAL = 4
# What the regular rule makes of an irregular plural, and its singular.
_IRREGULAR = MappingProxyType(
    {
        "analyse": "analysis",
        "apparatuse": "apparatus",
        "atlase": "atlas",
        "automata": "automaton",
        "axe": "axis",
        "biase": "bias",
        "bonuse": "bonus",
        "buse": "bus",
        "campuse": "campus",
        "canvase": "canvas",
        "censuse": "census",
        "corpora": "corpus",
        "corpuse": "corpus",
        "crise": "crisis",
        "criteria": "criterion",
        "focuse": "focus",
        "gase": "gas",
        "hypothese": "hypothesis",
        "indice": "index",
        "lense": "lens",
        "matrice": "matrix",
        "nuclei": "nucleus",
        "optima": "optimum",
        "parenthese": "parenthesis",
        "phenomena": "phenomenon",
        "spectra": "spectrum",
        "statuse": "status",
        "stimuli": "stimulus",
        "synthese": "synthesis",
        "vertice": "vertex",
        "viruse": "virus",
    },
)
_SINGULAR_IN_S = frozenset(
    {"always", "atlas", "bias", "canvas", "chaos", "cosmos", "lens", "news", "pancreas"}
    | {"perhaps", "series", "species", "towards"},
)
# Of words in -ics the names of fields: "physics" and "dynamics" are other words than "physic",
# "dynamic". All others are plurals: metrics, topics, epidemics, rubrics.
_FIELDS_IN_ICS = frozenset(
    {"acoustics", "aerodynamics", "aesthetics", "analytics", "aquatics", "athletics", "avionics"}
    | {"ballistics", "basics", "biomechanics", "bioinformatics", "biometrics", "bionics"}
    | {"chromodynamics", "cosmetics", "cryogenics", "cybernetics", "dynamics", "econometrics"}
    | {"economics", "electrodynamics", "electronics", "electrostatics", "energetics"}
    | {"epigenetics", "ergonomics", "ethics", "fluidics", "forensics", "genetics", "genomics"}
    | {"geometrics", "gymnastics", "haptics", "hydraulics", "hydrodynamics", "informatics"}
    | {"kinematics", "kinetics", "linguistics", "logistics", "magnetics", "mathematics"}
    | {"mechanics", "mechatronics", "metabolomics", "microelectronics", "microfluidics"}
    | {"neurodynamics", "numerics", "obstetrics", "omics", "optics", "optoelectronics"}
    | {"pediatrics", "phonetics", "photonics", "physics", "plasmonics", "pneumatics", "politics"}
    | {"pragmatics", "proteomics", "psychometrics", "robotics", "scientometrics", "semantics"}
    | {"spintronics", "statics", "tectonics", "telematics", "therapeutics", "thermodynamics"}
    | {"transcriptomics", "tribotronics", "ultrasonics", "valleytronics"},
)
_ENDINGS_OF_SINGULARS = ("ss", "us", "is")
_PLURALS_IN_US = frozenset({"menus", "gurus"})
_SHORTENED = ("che", "she", "sse", "xe")
GREEK = MappingProxyType(
    {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta"}
    | {"η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu"}
    | {"ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi"}
    | {"χ": "chi", "ψ": "psi", "ω": "omega"},
)
"""Letters that stand alone, as "α-stable" and "β-VAE" do, by the names that keyboards can type."""
HYPHENS = "-\u2010\u2011\u2013"
"""Hyphen-minus, hyphen, non-breaking hyphen, and the en dash of "encoder–decoder"."""


class Word(NamedTuple):
    """A token of a text: its folded form, and how it is written."""

    folded: str
    is_capital: bool
    """Half of its letters or more are capitals, and two at least: RL, LLMs, GPT4, LoRA."""
    is_acronym: bool
    """All its letters are capitals, two at least, and it is short: RL, LLMs, GPT4."""
    is_shouted: bool
    """All its letters are capitals, whatever their number."""
    is_plural: bool
    is_joined: bool
    """A hyphen joins it to the next word."""


def is_ordinary(token: str) -> bool:
    """Say whether a token is one word, and all that matters of it is its folded form.

    Two or more letters of ASCII, all but the first in lower case: three tokens in four.
    """
    return token.isascii() and token.isalpha() and token[1:].islower()


def read_word(token: str) -> Word:
    """Read a token; the hyphen at its end, if any, is no part of the word."""
    is_joined = token[-1] in HYPHENS
    word = token[:-1] if is_joined else token
    if word.islower():
        lower = word if word.isascii() else word.casefold()
        folded = singular(lower)
        return Word(folded, False, False, False, folded != lower, is_joined)
    capitals = sum(map(str.isupper, word))
    if capitals < 2 or 2 * capitals < sum(map(str.isalpha, word)):  # noqa: PLR2004 # see is_capital
        lower = word.casefold()
        folded = singular(lower)
        # The K of "K-NN" counts as in capitals, as KNN does.
        is_capital = is_joined and capitals == len(word)
        return Word(folded, is_capital, False, capitals == len(word), folded != lower, is_joined)
    bare = word.removesuffix("s")
    is_shouted = bare.isupper()
    is_acronym = is_shouted and len(bare) <= LONGEST_ACRONYM
    folded = singular(bare.casefold())
    return Word(folded, True, is_acronym, is_shouted, bare != word, is_joined)


def singular(word: str) -> str:
    """Return a word in lower case without its English plural ending; a Greek letter by its name.

    "caches" and "cache" are both "cach": what comes out need not be a word, only the same for
    singular and plural.
    """
    if len(word) < _SHORTEST_PLURAL:
        return GREEK.get(word, word)
    last = word[-1]
    if last not in "saei":
        return word
    if last == "s" and _is_plural_in_s(word):
        word = word[:-1]
    word = _IRREGULAR.get(word, word)
    if len(word) < _SHORTEST_PLURAL or word[-1] != "e":
        return word
    if word[-2] == "i":
        return word[:-2] + "y"
    return word[:-1] if word.endswith(_SHORTENED) else word


def _is_plural_in_s(word: str) -> bool:
    if word.endswith("ics"):
        return word not in _FIELDS_IN_ICS and not word.endswith(("physics", "dynamics"))
    if word.endswith(_ENDINGS_OF_SINGULARS):
        return word in _PLURALS_IN_US
    return word not in _SINGULAR_IN_S
