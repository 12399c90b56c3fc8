"""Send the alerts of an app to a web address, such as a service that tells your phone.

Each event is one HTTP POST whose body is the sentence of the rule, as ntfy takes it.
The address stands in the environment, because who knows it can send alerts, too:

    [[sink]]
    to = "./examples/phone_alert.py:PhoneAlert:${ALERT_ADDRESS}"
"""

import logging
import queue
import threading
import urllib.request

from edgevision.runtime.sinks import Sink

logger = logging.getLogger(__name__)


class PhoneAlert(Sink):
    """Posts a sentence for each event that begins; no frame waits for the network."""

    def __init__(self, address: str, pause_s: float = 10.0) -> None:
        super().__init__("phone alert")
        if not address.startswith(("http://", "https://")):
            raise ValueError("expected an address that begins with https://")
        self._to, self._pause_s = address, pause_s
        self._closed = threading.Event()
        self._alerts: queue.Queue[str | None] = queue.Queue()
        self._sender = threading.Thread(target=self._send_all, daemon=True)
        self._sender.start()

    def write(self, event):
        """Take a frame, of which nothing is sent."""

    def write_rule_event(self, rule_event):
        """Take a report of a rule: a start is sent, an update and an end are not."""
        if rule_event.phase == "start":
            self._alerts.put(f"{rule_event.camera}: {rule_event.sentence}")

    def close(self):
        """Send what waits, once; may be called twice."""
        self._closed.set()
        self._alerts.put(None)
        self._sender.join(30)

    def _send_all(self) -> None:
        while (alert := self._alerts.get()) is not None:
            for _ in range(3):
                if self._is_sent(alert) or self._closed.wait(self._pause_s):
                    break
            else:
                logger.warning("An alert could not be sent: %s", alert)

    def _is_sent(self, alert: str) -> bool:
        try:
            urllib.request.urlopen(self._to, alert.encode(), timeout=10).close()  # noqa: S310 - http or https
        except OSError:
            return False
        return True
