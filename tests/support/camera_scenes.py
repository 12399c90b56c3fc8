"""A made outdoor camera: day and night, weather, people, and a sensor of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

DAY_S = 86400.0


def made_textures(rng, count=12, size=256):
    """Return textures that are drawn, list of uint8 (size, size, 3)."""
    return [_made_texture(rng, size) for _ in range(count)]


def _made_texture(rng, size):
    canvas = np.zeros((size, size, 3), np.float32)
    for octave in range(1, 8):
        grain = rng.normal(0, 1, (2**octave, 2**octave, 3)).astype(np.float32)
        canvas += cv2.resize(grain, (size, size), interpolation=cv2.INTER_CUBIC) / (
            1 + octave * rng.uniform(0, 0.7)
        )
    kind = rng.integers(3)
    along = np.arange(size) * rng.uniform(0.1, 1.2)
    if kind == 1:
        canvas += 2 * np.sign(np.sin(along))[:, None, None]
    if kind == 2:
        canvas += 2 * np.sign(np.sin(along))[None, :, None]
        canvas += 2 * np.sign(np.sin(along))[:, None, None]
    canvas -= canvas.min()
    canvas *= 255 / max(float(canvas.max()), 1e-6)
    tint = rng.uniform(0.4, 1, 3)
    return (canvas * tint).astype(np.uint8)


@dataclass
class Walker:
    """Something that crosses the picture, stops, or stays for long."""

    start_s: float
    end_s: float
    origin: tuple
    speed: tuple
    size: tuple
    texture: np.ndarray
    is_round: bool


@dataclass
class Fault:
    """A fault of a camera: its kind, its first second and its drawn parameters."""

    kind: str
    start_s: float
    onset_s: float
    values: dict


def draw_fault(rng, kind, start_s):
    """Return a fault of a kind with random parameters."""
    v = {"seed": int(rng.integers(1 << 30))}
    onset = float(rng.uniform(0.1, 3.0))
    if kind == "covered":
        v["part"] = float(rng.uniform(0.7, 1.0)) if rng.random() < 0.6 else 1.0
        v["color"] = rng.uniform(0.0, 0.8, 3) ** 2
        v["side"] = int(rng.integers(4))
        v["soft"] = float(rng.uniform(0.005, 0.08))
        v["light"] = float(rng.choice([0.05, 0.3, 1.0]))
        v["through"] = float(rng.choice([0.0, 0.0, 0.0, 0.1, 0.25]))
        v["grain"] = float(rng.uniform(0, 0.3))
    elif kind == "dark":
        v["factor"] = float(10 ** rng.uniform(-4, -2.7))
        onset = float(rng.uniform(0.05, 1.0))
    elif kind == "blurred":
        v["radius"] = float(rng.uniform(0.008, 0.05))
        v["disk"] = bool(rng.random() < 0.5)
        onset = float(rng.uniform(0.2, 5.0))
    elif kind == "moved":
        way = rng.integers(3)
        shift = rng.uniform(0.08, 0.6)
        angle = rng.uniform(0, 2 * math.pi)
        v["shift"] = (float(shift * math.cos(angle)), float(shift * math.sin(angle)))
        v["turn"] = float(rng.uniform(-25, 25)) if way == 1 else 0.0
        v["zoom"] = float(rng.uniform(1.2, 2.0)) if way == 2 else 1.0
    elif kind == "frozen":
        v["way"] = str(rng.choice(["equal", "equal", "clock", "again"]))
        onset = 0.0
    return Fault(kind, start_s, onset, v)


class CameraScene:
    """A camera's pictures over a day, made in order of time.

    Args:
        seed: Seed of everything that is drawn.
        textures: uint8 pictures (any size) that the scene's things are covered with.
        size: Width and height.
        day_s: How long a day lasts.
        can_rain: Whether there is rain.
        noise: Whether the sensor is noisy.
    """

    def __init__(
        self, seed, textures, size=(320, 240), day_s=DAY_S, can_rain=True, noise=True
    ):
        self.rng = rng = np.random.default_rng([seed, 7])
        self.size = size
        self.day_s = day_s
        self.noise = noise
        width, height = size
        self.textures = textures
        self.world = self._draw_world()
        self.infrared = bool(rng.random() < 0.5)
        mix = rng.dirichlet([1, 1, 1])
        night = (self.world @ mix.astype(np.float32)) ** float(rng.uniform(0.4, 1.3))
        self.night_world = np.repeat(night[:, :, None], 3, axis=2)
        self.jitter = float(rng.choice([0, 0, 0.4, 1.2]))
        self.quality = int(rng.choice([0, 55, 75, 90]))
        self.read_noise = float(rng.uniform(0.0001, 0.0012))
        self.shot_noise = float(rng.uniform(0.0001, 0.0006))
        self.speed_s = float(rng.uniform(0.4, 2.0))
        self.max_gain = float(rng.uniform(20, 80))
        self.moon = float(10 ** rng.uniform(-2.6, -1.8))
        self.lamps = [
            (
                rng.uniform(0, width),
                rng.uniform(0, height),
                rng.uniform(0.15, 0.5) * width,
                rng.uniform(0.01, 0.06),
            )
            for _ in range(int(rng.integers(1, 6)))
        ]
        self.lamp_map = self._lamp_map()
        # Lamps go on and off while the sky is about as bright as they are.
        self.lamps_at = float(rng.uniform(-0.06, 0.02))
        self.gain = None
        self.last_s = None
        self.last = None
        self.tile = rng.standard_normal((height + 64, width + 64, 3)).astype(np.float32)
        self.shadows = self._shadows()
        self.busy = float(10 ** rng.uniform(-2.5, -0.7))  # people per second
        self.walkers = []
        self.poses = {}
        knots = int(86400 / 40) + 3
        cloudy = np.repeat(rng.uniform(0, 1, knots // 50 + 1), 50)[:knots]
        self.clouds = np.clip(rng.normal(0.5, 1, knots) + 2 * (cloudy - 0.5), 0, 1)
        self.rain = [
            (
                float(rng.uniform(0, day_s)),
                float(rng.uniform(0.01, 0.06) * day_s),
                float(rng.uniform(0.2, 1)),
            )
            for _ in range(int(rng.integers(1, 5)) if can_rain else 0)
        ]

    def sun(self, time_s):
        """Return the sine of the sun's height at a time; the day begins at noon."""
        return math.cos(2 * math.pi * time_s / self.day_s)

    def frame(self, time_s, fault=None):
        """Return the picture of a time, uint8 (H, W, 3); times must not fall."""
        elapsed = 0.5 if self.last_s is None else max(time_s - self.last_s, 1e-3)
        active = fault is not None and time_s >= fault.start_s
        progress = 1.0
        if active and fault.onset_s:
            progress = min(1.0, (time_s - fault.start_s) / fault.onset_s)
        self.last_s = time_s
        if active and fault.kind == "frozen":
            return self._frozen(fault, time_s)
        sun = self.sun(time_s)
        day = 10 ** (-2.7 * (1 - _smooth((sun + 0.2) / 0.5)))
        is_night = self.infrared and day < 0.02
        pose = (0.0, 0.0, 0.0, 1.0)
        if active and fault.kind == "moved":
            shift = fault.values["shift"]
            pose = (
                shift[0] * progress,
                shift[1] * progress,
                fault.values["turn"] * progress,
                1 + (fault.values["zoom"] - 1) * progress,
            )
        scene = self._view(pose, is_night, progress < 1)
        light = self._light(time_s, day, sun, is_night)
        if active and fault.kind == "dark":
            light = light * fault.values["factor"] ** progress
        linear = scene * light
        linear = self._walk(linear, light, time_s, elapsed, day)
        linear = self._weather(linear, light, time_s)
        if day < 0.05:
            linear = self._headlights(linear, time_s)
        if active and fault.kind == "blurred":
            linear = _blur(
                linear,
                fault.values["radius"] * progress * self.size[0],
                fault.values["disk"],
            )
        if active and fault.kind == "covered":
            linear = self._cover(linear, light, fault, progress)
        self.last = self._sense(linear, elapsed, is_night)
        return self.last

    def visible(self, time_s):
        """Return the brightness of the picture that was made last."""
        return float(self.last.mean())

    # the parts of a picture

    def _draw_world(self):
        rng = self.rng
        width, height = int(self.size[0] * 2.4), int(self.size[1] * 2.4)
        top, bottom = rng.uniform(0.2, 0.8, 3), rng.uniform(0.05, 0.5, 3)
        ramp = np.linspace(0, 1, height)[:, None, None]
        world = np.broadcast_to(top + (bottom - top) * ramp, (height, width, 3)).astype(
            np.float32
        )
        world = np.ascontiguousarray(world)
        horizon = int(height * rng.uniform(0.3, 0.6))
        self._paste(world, (0, horizon, width, height), 0.6)
        for _ in range(int(rng.integers(8, 50))):
            w = int(rng.uniform(0.03, 0.3) * width)
            h = int(rng.uniform(0.03, 0.4) * height)
            x, y = (
                int(rng.uniform(-w / 2, width - w / 2)),
                int(rng.uniform(-h / 2, height - h / 2)),
            )
            self._paste(world, (x, y, x + w, y + h), rng.uniform(0.2, 1))
        return np.clip(cv2.GaussianBlur(world, (0, 0), 0.7), 0.02, 0.95)

    def _paste(self, world, box, opacity):
        rng = self.rng
        texture = self.textures[int(rng.integers(len(self.textures)))]
        x0, y0, x1, y1 = box
        if rng.random() < 0.3:
            patch = np.broadcast_to(
                rng.uniform(0.03, 0.9, 3).astype(np.float32), (y1 - y0, x1 - x0, 3)
            )
        else:
            how = cv2.INTER_AREA if texture.shape[1] >= x1 - x0 else cv2.INTER_LINEAR
            patch = cv2.resize(texture, (x1 - x0, y1 - y0), interpolation=how)
            patch = (patch.astype(np.float32) / 255) ** 2.2
        cx0, cy0 = max(x0, 0), max(y0, 0)
        cx1, cy1 = min(x1, world.shape[1]), min(y1, world.shape[0])
        if cx1 <= cx0 or cy1 <= cy0:
            return
        part = world[cy0:cy1, cx0:cx1]
        part += opacity * (patch[cy0 - y0 : cy1 - y0, cx0 - x0 : cx1 - x0] - part)

    def _view(self, pose, is_night, changing):
        key = (pose, is_night)
        view = self.poses.get(key)
        width, height = self.size
        if view is None:
            world = self.night_world if is_night else self.world
            centre = (
                world.shape[1] * 0.5 + pose[0] * width,
                world.shape[0] * 0.5 + pose[1] * height,
            )
            matrix = cv2.getRotationMatrix2D(centre, pose[2], pose[3])
            matrix[0, 2] += width / 2 + 4 - centre[0]
            matrix[1, 2] += height / 2 + 4 - centre[1]
            view = cv2.warpAffine(
                world,
                matrix,
                (width + 8, height + 8),
                flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REFLECT,
            )
            if changing and pose != (0.0, 0.0, 0.0, 1.0):
                view = cv2.blur(view, (9, 9))
            else:
                self.poses[key] = view
        if not self.jitter:
            return view[4 : 4 + height, 4 : 4 + width]
        dx, dy = np.clip(np.rint(self.rng.normal(0, self.jitter, 2)), -4, 4).astype(int)
        return view[4 + dy : 4 + dy + height, 4 + dx : 4 + dx + width]

    def _lamp_map(self):
        width, height = self.size
        x, y = np.arange(width)[None, :], np.arange(height)[:, None]
        light = np.zeros((height, width), np.float32)
        for cx, cy, radius, power in self.lamps:
            light += power * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / radius**2)
        self.infrared_map = (
            0.05
            * np.exp(
                -((x - width / 2) ** 2 + (y - height / 2) ** 2) / (0.6 * width) ** 2
            )
        ).astype(np.float32)
        return light

    def _shadows(self):
        """Return a wide mask of shadows that glides over the picture with the sun."""
        width, height = self.size
        mask = np.ones((height, width * 3), np.uint8) * 255
        for _ in range(int(self.rng.integers(3, 12))):
            points = self.rng.uniform(0, 1, (4, 2)) * [width * 0.5, height]
            points[:, 0] += self.rng.uniform(0, 2.5) * width
            cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), 0)
        return cv2.GaussianBlur(mask, (0, 0), 2).astype(np.float32) / 255

    def _light(self, time_s, day, sun, is_night):
        width, _height = self.size
        at = (time_s % self.day_s) / self.day_s * (len(self.clouds) - 2)
        low = int(at)
        direct = float(
            self.clouds[low] + (self.clouds[low + 1] - self.clouds[low]) * (at - low)
        )
        offset = int((time_s / self.day_s * 4 % 1) * width * 2)
        shade = self.shadows[:, offset : offset + width]
        share = 0.75 * direct if sun > 0 else 0.0
        light = day * (0.35 + 0.65 * direct) * (1 - share * (1 - shade))
        light = light + self.moon * 0.1
        if sun < self.lamps_at:
            light = light + self.lamp_map
        if is_night:
            light = light + self.infrared_map
        return light[:, :, None].astype(np.float32)

    def _walk(self, linear, light, time_s, elapsed, day):
        rng = self.rng
        width, height = self.size
        rate = self.busy * (0.15 + 0.85 * min(day * 2, 1))
        for _ in range(min(int(rng.poisson(rate * min(elapsed, 20))), 4)):
            self._enter(time_s)
        if rng.random() < elapsed / 4000:  # something parks
            w, h = rng.uniform(0.1, 0.3) * width, rng.uniform(0.08, 0.25) * height
            place = (rng.uniform(0, width), rng.uniform(0.3, 1) * height)
            self._add(time_s, rng.uniform(300, 3600), place, (0, 0), (w, h), False)
        if rng.random() < elapsed / 3000:  # somebody passes close by
            w, h = rng.uniform(0.25, 0.5) * width, rng.uniform(0.6, 1.0) * height
            speed = rng.uniform(0.2, 0.6) * width
            self._add(
                time_s,
                (width + w) / speed,
                (-w / 2, height - h / 2),
                (speed, 0),
                (w, h),
                True,
            )
        self.walkers = [w for w in self.walkers if w.end_s > time_s][-40:]
        if not self.walkers:
            return linear
        linear = linear.copy()
        for walker in self.walkers:
            ago = time_s - walker.start_s
            cx = walker.origin[0] + walker.speed[0] * ago
            cy = walker.origin[1] + walker.speed[1] * ago
            w, h = max(int(walker.size[0]), 3), max(int(walker.size[1]), 3)
            x0, y0 = int(cx - w / 2), int(cy - h / 2)
            ax0, ay0, ax1, ay1 = (
                max(x0, 0),
                max(y0, 0),
                min(x0 + w, width),
                min(y0 + h, height),
            )
            if ax1 <= ax0 or ay1 <= ay0:
                continue
            texture = cv2.resize(walker.texture, (w, h))
            patch = texture[ay0 - y0 : ay1 - y0, ax0 - x0 : ax1 - x0]
            patch = patch * light[ay0:ay1, ax0:ax1]
            if walker.is_round:
                mask = np.zeros((h, w), np.float32)
                cv2.ellipse(mask, (w // 2, h // 2), (w // 2, h // 2), 0, 0, 360, 1, -1)
                mask = mask[ay0 - y0 : ay1 - y0, ax0 - x0 : ax1 - x0, None]
                linear[ay0:ay1, ax0:ax1] += mask * (patch - linear[ay0:ay1, ax0:ax1])
            else:
                linear[ay0:ay1, ax0:ax1] = patch
        return linear

    def _enter(self, time_s):
        rng = self.rng
        width, height = self.size
        h = float(rng.uniform(0.06, 0.35) * height)
        w = h * float(rng.uniform(0.3, 1.2))
        speed = float(rng.uniform(0.04, 0.3) * width) * (
            1 if rng.random() < 0.5 else -1
        )
        y = float(rng.uniform(0.3, 1.0) * height)
        x = -w if speed > 0 else width + w
        self._add(
            time_s, (width + 2 * w) / abs(speed), (x, y), (speed, 0), (w, h), True
        )

    def _add(self, start, lasts, origin, speed, size, is_round):
        texture = self.textures[int(self.rng.integers(len(self.textures)))]
        texture = (cv2.resize(texture, (48, 48)).astype(np.float32) / 255) ** 2.2
        self.walkers.append(
            Walker(start, start + lasts, origin, speed, size, texture, is_round)
        )

    def _weather(self, linear, light, time_s):
        for start, lasts, strength in self.rain:
            since = time_s % self.day_s - start
            if 0 < since < lasts:
                strength *= min(
                    1.0, since / (0.1 * lasts), (lasts - since) / (0.1 * lasts)
                )
                break
        else:
            return linear
        veil = 0.3 * strength * float(light.mean()) * 0.5
        linear = linear * (1 - 0.3 * strength) + veil
        streaks = np.zeros(linear.shape[:2], np.uint8)
        width, height = self.size
        lines = self.rng.uniform(0, 1, (int(120 * strength), 2)) * [width, height]
        length = height * 0.06
        for x, y in lines.astype(int):
            cv2.line(
                streaks,
                (int(x), int(y)),
                (int(x + length * 0.15), int(y + length)),
                255,
                1,
            )
        return linear + (0.2 * float(light.mean()) / 255) * streaks[:, :, None]

    def _headlights(self, linear, time_s):
        phase = (time_s + 13 * math.sin(time_s // 45)) % 45
        if phase > 4:
            return linear
        width, height = self.size
        cx, cy = width * (phase / 3 - 0.15), height * 0.6
        x, y = np.arange(width)[None, :], np.arange(height)[:, None]
        away = (x - cx) ** 2 + (y - cy) ** 2
        core = 0.6 * np.exp(-away / (0.03 * width) ** 2) + 0.02 * np.exp(
            -away / (0.25 * width) ** 2
        )
        return linear + core[:, :, None].astype(np.float32)

    def _cover(self, linear, light, fault, progress):
        v = fault.values
        width, height = self.size
        key = ("cover", v["seed"])
        cloth = self.poses.get(key)
        if cloth is None:
            rng = np.random.default_rng(v["seed"])
            rough = rng.normal(0, 1, (5, 6)).astype(np.float32)
            rough = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
            cloth = np.maximum(
                0, v["color"] * (1 + v["grain"] * rough[:, :, None])
            ).astype(np.float32)
            self.poses[key] = cloth
        along = (
            np.linspace(0, 1, width)[None, :]
            if v["side"] % 2
            else np.linspace(0, 1, height)[:, None]
        )
        if v["side"] >= 2:
            along = 1 - along
        reach = v["part"] * progress * (1 + 4 * v["soft"])
        mask = 1 / (1 + np.exp(np.clip((along - reach) / v["soft"], -30, 30)))
        mask = np.broadcast_to(mask, (height, width))[:, :, None].astype(np.float32)
        hidden = cloth * float(light.mean()) * v["light"]
        if v["through"]:
            hidden = hidden + v["through"] * cv2.GaussianBlur(
                linear, (0, 0), 0.06 * width
            )
        return linear + mask * (hidden - linear)

    def _sense(self, linear, elapsed, is_night):
        wanted = 0.16 / max(float(linear.mean()), 1e-6)
        wanted = min(max(wanted, 0.2), self.max_gain)
        if self.gain is None:
            self.gain = wanted
        part = 1 - math.exp(-elapsed / self.speed_s)
        self.gain *= (wanted / self.gain) ** part
        values = np.maximum(linear * self.gain, 0)
        if self.noise:
            height, width = values.shape[:2]
            x, y = self.rng.integers(0, 64, 2)
            grain = self.tile[y : y + height, x : x + width]
            if is_night:
                grain = grain[:, :, :1]
            scale = np.sqrt(
                (self.read_noise * self.gain) ** 2
                + self.shot_noise * self.gain**0.5 * 0.1 * values
            )
            values = values + grain * scale
        if is_night:
            values = np.repeat(values[:, :, :1], 3, axis=2)
        picture = _tone(values)
        if self.quality:
            picture = _compressed(picture, self.quality)
        return picture

    def _frozen(self, fault, time_s):
        picture = self.last
        if fault.values["way"] == "equal":
            return picture.copy()
        picture = picture.copy()
        if fault.values["way"] == "clock":
            cv2.putText(
                picture,
                f"{time_s:.1f}",
                (5, 15),
                cv2.FONT_HERSHEY_SIMPLEX,
                0.4,
                (255, 255, 255),
            )
            return picture
        return _compressed(picture, 80 + int(time_s // 3) % 2)


_TONES = (np.linspace(0, 1, 4096) ** (1 / 2.2) * 255).round().astype(np.uint8)


def _tone(values):
    return _TONES[np.clip(values * 4095, 0, 4095).astype(np.int16)]


def _compressed(picture, quality):
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def _blur(linear, radius, is_disk):
    if radius < 0.3:
        return linear
    if not is_disk:
        return cv2.GaussianBlur(linear, (0, 0), radius / 2)
    side = int(radius) * 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(
        np.float32
    )
    return cv2.filter2D(linear, -1, kernel / kernel.sum())


def _smooth(x):
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)
