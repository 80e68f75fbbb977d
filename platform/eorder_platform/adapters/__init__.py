"""What other authorities know, asked through one interface: a question, and an answer that is never a silent yes.

Each system is one declaration (`interfaces/`), its contract one file of recorded exchanges (`contracts/`), and where a
deployment reaches it one word of its settings. What has no address is not asked; what is tried out answers from its
recordings and says so wherever a person sees it (decision 0035).
"""
