"""Picture by picture: what state a camera is in."""

from __future__ import annotations

import math
from typing import Final

from ..frame import Image
from .background import Background, ViewComparison
from .camera_state import CameraState
from .look import Detail, Look, shared_detail
from .settings import WatchSettings
from .sharpness import DetailMean
from .stillness import Stillness

_GAP_S: Final = 30.0  # pictures further apart than this tell nothing about each other
_LONG_GAP_S: Final = 600.0
_GONE: Final = 0.12
_MOST_LOST: Final = 0.55
_MOST_SHIFTED: Final = 0.5
_MOST_FLAT: Final = 0.6
_LEAST_MATCH: Final = 0.62
_FEW_LOST: Final = 0.3
_VERY_SOFT: Final = 0.4
_LEAST_AGREEMENT: Final = 0.62
_ALL_THERE: Final = 0.93
_SAME_LAYOUT: Final = 0.75
_LEAST_SHARPNESS: Final = 0.5
_LEAST_DETAIL: Final = 0.4
_BLACK: Final = 20.0
_DARK: Final = 60.0
_DARKER: Final = 0.6
_GRAY: Final = 0.6
_COLORED: Final = 1.5
# A fault that is not clear, or whose name changes, is believed after so many times as
# long as a clear one.
_PATIENCE: Final = 1.6
_LONGEST_GLARE_S: Final = 5.5  # as a car that turns
_AFTER_GLARE_S: Final = 4.0  # the exposure takes its time to come back
_FEWEST_LOOKS: Final = 4


class CameraJudge:
    """What a camera shows, against what it usually shows.

    Everything is by the time of the pictures, so that frames per second and dropped
    frames make no difference. The memory is constant: two learned views (one in colour,
    one for a camera that turns gray at night), one picture, some numbers.

    Args:
        settings: What to look for; None means all, with the defaults.

    Attributes:
        settings: As above.
        state: What is believed now.
        since_s: Since when, in seconds of the stream's clock.
        comparison: The last comparison with the learned view; None where there is none.
    """

    def __init__(self, settings: WatchSettings | None = None) -> None:
        self.settings = settings or WatchSettings()
        self.state = CameraState.LEARNING
        self.since_s = 0.0
        self.comparison: ViewComparison | None = None
        self.stillness = Stillness()
        self.views: dict[str, Background] = {}
        self._detail = DetailMean()
        self._view = ""
        self._before: Look | None = None
        self._before_s = 0.0
        self._sound_s: float | None = None  # since when nothing is suspected
        self._fault_s: float | None = None  # since when anything is
        self._suspect = CameraState.OK
        self._suspect_s = 0.0
        self._count = 0
        self._dazzled_s: float | None = None
        self._glare_s = -math.inf
        self._is_unsure = False
        self._other_s: float | None = None

    @property
    def has_learned(self) -> bool:
        """Return whether there is a view that is worth keeping."""
        return any(v.seconds >= self.settings.learn for v in self.views.values())

    def restore(self, views: dict[str, Background], stillness: Stillness) -> None:
        """Take what an earlier run has learned, before the first picture.

        Args:
            views: By ``color`` and ``gray``, what the camera shows in each.
            stillness: How noisy it is.
        """
        self.views, self.stillness = views, stillness
        self._is_unsure = bool(views)

    def wants(self, time_s: float) -> bool:
        """Return whether a picture of a time is looked at; others cost nothing."""
        apart = time_s - self._before_s
        return self._before is None or apart < 0 or apart >= 0.98 * self.settings.every

    def update(self, image: Image, time_s: float) -> CameraState:
        """Take a picture, and return what is believed then.

        Args:
            image: uint8 (H, W, 3) BGR.
            time_s: Seconds on the stream's clock.
        """
        if not self.wants(time_s):
            return self.state
        before, before_s = self._before, self._before_s
        look = Look(image, before)
        if before is None:
            self.since_s = time_s
        elif not 0 < time_s - before_s <= _GAP_S or before.shape != look.shape:
            self._is_unsure |= not 0 < time_s - before_s <= _LONG_GAP_S
            before = None
            self.stillness.forget_pause()
            self._sound_s = self._fault_s = self._other_s = None
        self._before, self._before_s = look, time_s
        frozen = before is not None and self.stillness.update(
            look, before, time_s - before_s
        )
        if frozen and CameraState.FROZEN in self.settings.states:
            self._enter(CameraState.FROZEN, time_s - self.stillness.pause_s)
            return self.state
        if self.stillness.is_paused and self.state is CameraState.FROZEN:
            return self.state
        elapsed_s = time_s - before_s if before else 0.0
        shares = self._detail.add(shared_detail(look, before), look.noise, elapsed_s)
        self._judge(look, shares, time_s, elapsed_s)
        return self.state

    def _judge(
        self, look: Look, shares: Detail | None, time_s: float, elapsed_s: float
    ) -> None:
        view = self._choose(look, time_s)
        if view.seconds < self.settings.learn:
            view.learn(look, shares, elapsed_s or self.settings.every)
            self.comparison = None
            if len(self.views) == 1 or self.state.is_fault:
                self._enter(CameraState.LEARNING, time_s)
            return
        self.comparison = view.compare(look, shares)
        if self._is_dazzled(self.comparison, time_s):
            return
        suspect, is_clear = _suspect(self.comparison, look)
        if self._is_unsure and not self._is_certain(suspect, self.comparison):
            self._forget_view(time_s)
            return
        if suspect.is_fault and suspect not in self.settings.states:
            if suspect is CameraState.MOVED and self._lasts(suspect, is_clear, time_s):
                self._forget_view(time_s)
            return
        if suspect is CameraState.OK:
            self._sound(look, shares, time_s, elapsed_s, view)
        elif self._lasts(suspect, is_clear, time_s):
            since_s = time_s if self._fault_s is None else self._fault_s
            self._enter(suspect, since_s)
            self._accept(time_s)

    def _is_certain(self, suspect: CameraState, apart: ViewComparison) -> bool:
        """Return whether a look after a long gap can be judged by the view before it.

        Day and night may lie between the two: only a view that is gone altogether, or
        that is seen elsewhere, tells of a fault.
        """
        if suspect is CameraState.OK:
            self._is_unsure = False
        gone = apart.match < _GONE or apart.shifted >= _MOST_SHIFTED
        return gone or suspect is CameraState.OK

    def _is_dazzled(self, apart: ViewComparison, time_s: float) -> bool:
        """Return whether to wait until a glaring light has passed."""
        if apart.is_dazzled:
            if self._dazzled_s is None:
                self._dazzled_s = time_s
            self._glare_s = time_s
        elif time_s - self._glare_s >= _AFTER_GLARE_S:
            self._dazzled_s = None
            return False
        if self._dazzled_s is None or time_s - self._dazzled_s >= _LONGEST_GLARE_S:
            return False
        self._fault_s, self._suspect = None, CameraState.OK
        return True

    def _sound(
        self,
        look: Look,
        shares: Detail | None,
        time_s: float,
        elapsed_s: float,
        view: Background,
    ) -> None:
        self._fault_s, self._suspect = None, CameraState.OK
        if self._sound_s is None:
            self._sound_s = time_s
        if not self.state.is_fault or time_s - self._sound_s >= self.settings.after:
            self._enter(CameraState.OK, time_s)
            view.learn(look, shares, elapsed_s)

    def _lasts(self, suspect: CameraState, is_clear: bool, time_s: float) -> bool:
        """Return whether a fault has lasted long enough to be believed."""
        self._sound_s = None
        if self._fault_s is None:
            self._fault_s, self._count = time_s, 0
        self._count += 1
        if suspect is not self._suspect:
            self._suspect, self._suspect_s = suspect, time_s
        if self._count < _FEWEST_LOOKS:
            return False
        after = self.settings.after
        if time_s - self._suspect_s >= after * (1.0 if is_clear else _PATIENCE):
            return True
        return not self.state.is_fault and time_s - self._fault_s >= _PATIENCE * after

    def _accept(self, time_s: float) -> None:
        """Make a view that stays changed for long the usual one."""
        limit = self.settings.accept_after
        lasting = self.state in (CameraState.MOVED, CameraState.BLURRED)
        if limit and lasting and time_s - self.since_s >= limit:
            self._forget_view(time_s)

    def _forget_view(self, time_s: float) -> None:
        self.views = {}
        self._is_unsure = False
        self._fault_s = self._sound_s = None
        self._suspect = CameraState.OK
        self._enter(CameraState.LEARNING, time_s)

    def _choose(self, look: Look, time_s: float) -> Background:
        """Return the learned view for a look: the one in colour, or the gray one."""
        if not self._view:
            self._view = "color" if look.color >= _COLORED else "gray"
        other = "gray" if self._view == "color" else "color"
        is_other = look.color < _GRAY if other == "gray" else look.color >= _COLORED
        if not is_other or self.state.is_fault or not self._has_structure(look):
            self._other_s = None
        elif self._other_s is None:
            self._other_s = time_s
        elif time_s - self._other_s >= self.settings.after / 3:
            self._view, self._other_s = other, None
            self._fault_s, self._suspect = None, CameraState.OK
        return self.views.setdefault(self._view, Background())

    def _has_structure(self, look: Look) -> bool:
        """Return whether a picture has about as many edges as the usual ones."""
        usual = self.views.get(self._view)
        return usual is None or usual.strength_of(look) >= 0.5

    def _enter(self, state: CameraState, since_s: float) -> None:
        if state is not self.state:
            self.state, self.since_s = state, since_s


def _suspect(apart: ViewComparison, look: Look) -> tuple[CameraState, bool]:
    """Return what a single look says, and whether it says so clearly."""
    is_soft = (
        apart.flat >= _MOST_FLAT
        or apart.sharpness < _LEAST_SHARPNESS
        or apart.detail < _LEAST_DETAIL
    )
    has_layout = apart.layout >= _SAME_LAYOUT
    if apart.lost >= _MOST_LOST or not apart.informed:
        if look.brightness < _BLACK and apart.brightness >= _DARKER:
            return CameraState.OK, True  # a night in which nothing can be seen
        if apart.agreement >= _LEAST_AGREEMENT and apart.sharpness >= _LEAST_SHARPNESS:
            return CameraState.OK, True  # weaker, but all there: haze, dusk, glare
        if look.brightness < _DARK and apart.brightness < _DARKER and is_soft:
            return CameraState.DARK, True
        if not apart.informed:
            return CameraState.OK, True
        if not is_soft:
            return CameraState.MOVED, True
        return (CameraState.BLURRED if has_layout else CameraState.COVERED), True
    if apart.shifted >= _MOST_SHIFTED:
        return CameraState.MOVED, True
    if apart.sharpness < _LEAST_SHARPNESS:
        is_clear = apart.match < _ALL_THERE or apart.sharpness < _VERY_SOFT
        return CameraState.BLURRED, is_clear
    if apart.match < _LEAST_MATCH and apart.agreement < _LEAST_AGREEMENT:
        state = CameraState.COVERED if is_soft else CameraState.MOVED
        return state, apart.lost >= _FEW_LOST
    return CameraState.OK, True
