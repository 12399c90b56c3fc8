"""Serve an H.264 test stream: ``rtsp_server.py PORT [USER:PASSWORD]``, for a minute.

Run by a Python that has PyGObject and GstRtspServer (Debian: python3-gi,
gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base, -good and -ugly).
"""

from __future__ import annotations

import sys


def main() -> None:
    """Serve until killed."""
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer

    Gst.init(None)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    factory.set_launch(
        "( videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=25/1 ! "
        "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=5 ! "
        "rtph264pay name=pay0 pt=96 )"
    )
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1])
    server.get_mount_points().add_factory("/test", factory)
    if len(sys.argv) > 2:
        _ask_for_password(GstRtspServer, server, factory, sys.argv[2])
    if not server.attach(None):
        raise SystemExit("the port is in use")
    sys.stdout.write("serving\n")
    sys.stdout.flush()
    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(60, loop.quit)
    loop.run()


def _ask_for_password(rtsp, server, factory, user):
    """Let in only who has the user and the password."""
    auth = rtsp.RTSPAuth()
    token = rtsp.RTSPToken()
    token.set_string("media.factory.role", "watcher")
    name, _, password = user.partition(":")
    auth.add_basic(rtsp.RTSPAuth.make_basic(name, password), token)
    server.set_auth(auth)
    permissions = rtsp.RTSPPermissions()
    permissions.add_permission_for_role("watcher", "media.factory.access", True)
    permissions.add_permission_for_role("watcher", "media.factory.construct", True)
    factory.set_permissions(permissions)


if __name__ == "__main__":
    main()
