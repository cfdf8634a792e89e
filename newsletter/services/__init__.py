"""Use cases: one function each. They take sources, summarisers and transports as arguments."""
