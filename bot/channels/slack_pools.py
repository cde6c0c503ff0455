"""The threads in which Slack's requests are answered."""

from concurrent.futures import ThreadPoolExecutor


class Pools:
    """The threads of all workspaces together: short look-ups have their own, so that slow answers never delay them."""

    def __init__(self, answer_threads: int) -> None:
        """`answer_threads` bounds how many people are answered at once."""
        self.quick = ThreadPoolExecutor(8, "slack-quick")
        self.slow = ThreadPoolExecutor(answer_threads, "slack-answer")

    def close(self) -> None:
        """Take nothing more."""
        self.quick.shutdown(wait=False)
        self.slow.shutdown(wait=False)
