"""Who writes the Chinese: a model behind an OpenAI-compatible server, or nobody."""
