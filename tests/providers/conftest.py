"""These tests need the LiteLLM proxy: `make test-providers` installs it and names it."""

import os

LITELLM = "NEWSLETTER_TEST_LITELLM"
"""Names the command `litellm` of an environment of its own."""

collect_ignore = [] if LITELLM in os.environ else ["test_litellm.py"]
