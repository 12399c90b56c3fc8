"""Who is who: tracks that break, are exchanged, or jump to somebody else."""

from __future__ import annotations

import math

from edgevision.runtime.regions.visitors import Change, Identities, Sight


def sight(track_id, x, y, *, class_id=0, since_s=None, time_s=0.0, height=80.0):
    return Sight(
        track_id,
        class_id,
        "person",
        float(x),
        float(y),
        height / 2,
        math.log(height),
        0,
        {"bottom": (float(x), y + height / 2)},
        time_s if since_s is None else since_s,
        (float(x), y + height / 2),
    )


def play(identities, frames):
    """Take frames of (time, {track: place}); return who has which track at the end."""
    for time_s, places in frames:
        sights = [sight(n, *place, time_s=time_s) for n, place in places.items()]
        moved = identities.take(sights, set(places), time_s)
        identities.settle(time_s)
    visitors = identities.visitors
    return moved, {one.track_id: one.origin_id for one in visitors}


def walk(number, start, speed, first, last):
    return {
        k: {number: (start + speed * 0.1 * (k - first), 100)}
        for k in range(first, last)
    }


def together(*walks):
    times = sorted({k for one in walks for k in one})
    return [
        (k / 10, {n: p for one in walks for n, p in one.get(k, {}).items()})
        for k in times
    ]


def test_a_track_goes_on_as_the_one_that_was_lost_where_it_should_be():
    frames = together(walk(1, 0, 60, 0, 20), walk(2, 162, 60, 27, 30))
    _, origins = play(Identities(0), frames)
    assert origins == {2: 1}


def test_another_class_or_place_is_somebody_else():
    frames = together(walk(1, 0, 60, 0, 20), walk(2, 360, 60, 27, 30))
    _, origins = play(Identities(0), frames)
    assert origins == {1: 1, 2: 2}
    identities = Identities(0)
    play(identities, together(walk(1, 0, 60, 0, 20)))
    identities.take([sight(2, 126, 100, class_id=3, time_s=2.1)], {2}, 2.1)
    assert {one.origin_id for one in identities.visitors} == {1, 2}


def test_a_lost_visitor_is_given_up_after_a_while():
    identities = Identities(0)
    play(identities, together(walk(1, 0, 60, 0, 20)))
    identities.take([], set(), 4.0)
    assert (len(identities.visitors), identities.gone) == (1, [])
    identities.take([], set(), 4.5)
    assert identities.visitors == []
    assert [one.origin_id for one in identities.gone] == [1]


def test_two_tracks_that_jump_to_each_other_are_exchanged_back_at_once():
    first, second = walk(1, 0, 60, 0, 40), walk(2, 60, 60, 0, 40)
    frames = together(first, second)
    frames = [(t, {1: p[2], 2: p[1]} if t >= 2.0 else p) for t, p in frames if t <= 2.1]
    _, origins = play(Identities(0), frames)
    assert origins == {1: 2, 2: 1}


def test_two_that_meet_are_exchanged_back_when_their_ways_say_so():
    first, second = walk(1, 0, 60, 0, 40), walk(2, 240, -60, 0, 40)
    frames = together(first, second)
    honest, origins = play(Identities(0), frames)
    assert origins == {1: 1, 2: 2}
    frames = [(t, {1: p[2], 2: p[1]} if t > 2.0 else p) for t, p in frames]
    _, origins = play(Identities(0), frames)
    assert origins == {1: 2, 2: 1}
    assert len(honest) == 2


def test_heights_tell_two_apart_who_turn_round_at_one_place():
    """Both walk to one place and back: only their heights say that nobody passed."""

    def meet(is_exchanged):
        identities = Identities(0)
        for k in range(60):
            time_s = k / 10
            gap = 60 * abs(2.0 - time_s) + 4
            tall, small = (1, 2) if not is_exchanged or time_s < 2.0 else (2, 1)
            sights = [
                sight(tall, 200 - gap, 100, time_s=time_s, height=100),
                sight(small, 200 + gap, 100, time_s=time_s, height=75),
            ]
            identities.take(sights, {1, 2}, time_s)
            identities.settle(time_s)
        return {one.track_id: one.origin_id for one in identities.visitors}

    assert meet(False) == {1: 1, 2: 2}
    assert meet(True) == {1: 2, 2: 1}


def test_a_track_that_jumps_to_somebody_new_leaves_its_visitor_behind():
    identities = Identities(0)
    frames = together(walk(1, 0, 60, 0, 20))
    frames.append((2.0, {1: (600, 100)}))
    _, origins = play(identities, frames)
    assert origins == {-1: 1, 1: 1}
    assert sorted(round(one.motion.x) for one in identities.visitors) == [114, 600]
    # Who was left behind is found again under a new track.
    frames = [(2.1, {1: (600, 100), 7: (126, 100)})]
    _, origins = play(identities, frames)
    assert origins == {7: 1, 1: 1}


def test_what_was_reported_wrongly_is_known_after_an_exchange():
    identities = Identities(1)
    first, second = walk(1, 0, 60, 0, 40), walk(2, 240, -60, 0, 40)
    wrong = []
    for time_s, places in together(first, second):
        exchanged = {1: places[2], 2: places[1]} if time_s > 2.0 else places
        sights = [sight(n, *place, time_s=time_s) for n, place in exchanged.items()]
        identities.take(sights, {1, 2}, time_s)
        if time_s == 2.1:
            one = next(v for v in identities.visitors if v.track_id == 1)
            identities.note(one, Change(0, 1, 2.1, "person"))
        identities.settle(time_s)
        wrong += identities.wrong
    assert wrong == [Change(0, 1, 2.1, "person")]
