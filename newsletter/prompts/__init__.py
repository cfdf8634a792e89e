"""What a model is told, and how its answer is read. Pure: text in, text out.

MaskedPaper, terms, keywords ─► asking.messages ─► (the model) ─► answers.read_answer ─► Draft
                                                   ▲                    │ InvalidAnswer
                                     asking.repair_message ◄── violations ◄── checks

The wording stands in `v<number>/*.txt`: the stable system prompt, the paper's frame, the repair.
"""
