"""The sandbox's side: the processes that run an answer."""
