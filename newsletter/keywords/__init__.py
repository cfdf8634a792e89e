"""The reader's own words: parse a keyword, fold text, match papers with reasons."""
