"""A port of UDP keeps to the host that sent first."""

from __future__ import annotations

import itertools
import socket
import threading

from edgevision.runtime.sources.network.connection import Connection


def _senders(port, stop):
    """Send by turns from two hosts, the camera first."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as camera,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        camera.bind(("127.0.0.1", 0))
        stranger.bind(("127.0.0.2", 0))
        for number in itertools.count():
            camera.sendto(b"camera%d" % number, ("127.0.0.1", port))
            stranger.sendto(b"stranger", ("127.0.0.1", port))
            if stop.wait(0.005):
                return


def test_packets_of_a_second_host_are_left_out_and_told_once(caplog):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    connection = Connection(f"udp://127.0.0.1:{port}", silence_s=1.0)
    stop = threading.Event()
    thread = threading.Thread(target=_senders, args=(port, stop))
    thread.start()
    packets = [connection.portion() for _ in range(20)]
    stop.set()
    thread.join()
    connection.close()
    assert packets == [b"camera%d" % number for number in range(20)]
    assert [record.getMessage() for record in caplog.records] == [
        f"udp://127.0.0.1:{port}: 127.0.0.2 sends, too; only packets of 127.0.0.1 are "
        "taken"
    ]
