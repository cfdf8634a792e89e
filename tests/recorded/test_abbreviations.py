"""Abbreviations that the papers of nine recorded days define, judged by hand.

Of 100 pairs drawn at random all but one were right; these are some of them, the odd ones first.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.keywords.abbreviations import defined, mine
from newsletter.keywords.fold import fold

_RIGHT = """
LiDAR | light detection and ranging
RLVR | reinforcement learning from verifiable rewards
RLVR | reinforcement learning with verifiable rewards
mRNA | Messenger RNA
XAI | Explainable AI
UX | user experience
3DGS | 3D Gaussian Splatting
LoRA | Low-Rank Adaptation
QLoRA | Quantized Low-Rank Adaptation
NeRF | neural radiance fields
AUC | area under the curve
PSNR | peak signal-to-noise ratio
SOTA | state-of-the-art
OOD | out-of-domain
H&E | hematoxylin and eosin
C&S | communication and sensing
dMRI | diffusion MRI
rPPG | remote photoplethysmography
XPBD | extended position-based dynamics
EEG | Electroencephalography
EMG | Electromyography
SAT | satisfiability
UWB | ultra-wideband
CUSUM | Cumulative Sum
FFN | feedforward network
IoU | Intersection-over-Union
BERT | bidirectional encoder representations of transformers
cSG-MCMC | cyclical stochastic gradient Markov chain Monte Carlo
iCoT | Implicit chain-of-thought
EK-100 | EPIC-KITCHENS-100
NL-to-FOL | Natural Language to First-Order Logic
ICL | In-context learning
ICD | In-Context Demonstrations
BEV | bird's-eye-view
TTFT | time-to-first-token
SfM | Structure-from-Motion
PEFT | parameter-efficient fine-tuning
PDE | Partial Differential Equation
DLM | diffusion language models
dLLM | Diffusion large language models
VLN | vision-and-language navigation
PRM | process reward model
CPO | Contrastive Preference Optimization
BIAWGN | binary-input additive white Gaussian noise
"""
_WRONG = {("ICD", "image-text In-Context Demonstrations")}
_DAYS = 9


@pytest.fixture(scope="module")
def texts(recordings: Path) -> tuple[str, ...]:
    """Return title and abstract of every paper of the nine days."""
    files = sorted((recordings / "corpora").glob("*.jsonl"))
    assert _DAYS == len(files)
    texts = (file.read_text(encoding="utf-8") for file in files)
    rows = (json.loads(line) for text in texts for line in text.split("\n") if line)
    return tuple(f"{row['title']}. {row['summary']}" for row in rows)


def _pairs(table: str) -> Iterator[tuple[str, str]]:
    for line in table.strip().splitlines():
        short, long = line.split(" | ")
        yield short, long


def test_what_was_judged_right_is_found_and_what_was_wrong_is_not(texts: tuple[str, ...]) -> None:
    """Each pair as it stands in a paper, and not a word more."""
    found = {pair for text in texts for pair in defined(text)}

    assert set() == set(_pairs(_RIGHT)) - found
    assert set() == _WRONG & found
    assert len(found) > 2_300


def test_the_most_frequent_long_forms_come_first(texts: tuple[str, ...]) -> None:
    """Common abbreviations mean what everybody means by them."""
    names = mine(texts)

    for short, long in (
        ("LLM", "large language model"),
        ("RL", "reinforcement learning"),
        ("RAG", "retrieval-augmented generation"),
        ("VLM", "vision-language model"),
    ):
        assert fold(long) == fold(names[fold(short)][0])
        assert short in names[fold(long)]
