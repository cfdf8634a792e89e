r"""What a formula, an address and a piece of code look like: fragments of verbose expressions.

Each is bounded, and none lets two starts scan the same stretch, so that an expression made of
them is linear in the length of a hostile text.
"""

_INSIDE = r"(?:[^$\\]|\\.)"
MATHS = rf"""(?:
    \$\$ {_INSIDE}{{1,1000}}? \$\$
  | \\\( (?: [^\\] | \\[^(] ){{1,1000}}? \\\)
  | \\\[ (?: [^\\] | \\[^\[] ){{1,1000}}? \\\]
  | \$ (?=[0-9.]) {_INSIDE}{{1,500}}? (?<!\s) \$ (?![0-9])   # "$5 and $6" is money
  | \$ (?![\s$0-9]) {_INSIDE}{{1,500}}? (?<!\s) \$
  | \$ \s (?=[^$]{{0,200}}[\\^_=<>+]) [^$]{{1,200}}? \s \$
)"""
"""Maths with its delimiters."""
_URL_CHAR = r"[A-Za-z0-9_.~:/?\#\[\]@!&'()*+,;=%-]"
URL = rf"""(?:
    (?: https?:// | www\. ) {_URL_CHAR}{{0,2000}} [A-Za-z0-9_~/\#=&%+-]
  | \b (?: [A-Za-z0-9-]{{1,63}}\. ){{1,5}} (?: ai|cn|com|dev|edu|gov|io|net|org ) /
    {_URL_CHAR}{{0,2000}} [A-Za-z0-9_~/\#=&%+-]
)"""
"""An address without the punctuation of the sentence around it."""
CODE = r"(?<![`\w])` (?![`\s]) [^`\n]{1,80} (?<![\s`]) `(?![`\w])"
"""Code in backticks; not the quotes of TeX, ``so'' and `so'."""
CITATION = r"\[[0-9]{1,3}(?:\s?[,–-]\s?[0-9]{1,3}){0,12}\]"
"""Bracketed numbers: "[12]", "[3, 5-7]"."""
