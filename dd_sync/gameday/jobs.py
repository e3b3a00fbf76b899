"""A CronJob and its runs as kube-state-metrics sees them.

Ages grow with the clock; a Job's own duration stands still while it runs. What failed stays failed as long as the
object is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dd_sync.gameday.pod import Place
from dd_sync.gameday.source import Check, Source
from dd_sync.gameday.track import Following, Reading, Track
from dd_sync.gameday.workload import Workload
from dd_sync.gameday.world import tags_given


@dataclass(frozen=True)
class Run:
    """One Job. `end` is None while it runs; `ok` says whether it succeeded."""

    name: str
    start: int
    end: int | None
    ok: bool = True


class CronJob:
    """A scheduled job. `period` is minutes from one run to the next; its last run was `ago` minutes before minute 0."""

    def __init__(
        self,
        cluster: Place,
        namespace: str,
        name: str,
        labels: Mapping[str, str],
        *,
        period: int = 1440,
        ago: int = 480,
        takes: int = 20,
    ) -> None:
        self.cluster = cluster
        self.world = cluster.world
        self.namespace = namespace
        self.name = name
        self.labels = dict(labels)
        self.period = period
        self.takes = takes
        self.succeeded: Track = self.world.track(-ago + takes)
        """The minute of its last success; None for never."""
        self.scheduled: Track = self.world.track(-ago)
        """The minute at which it was last started."""
        self.late: Track = self.world.track(False)
        """Whether a start that is due has not happened."""
        self.suspended: Track = self.world.track(False)
        self.last: Track = self.world.track("ok")
        """How the newest finished run went: ok or critical."""
        self._send()
        self._job(Run(f"{name}-29012345", -ago, -ago + takes))

    def runs(self, start: int, end: int | None, *, ok: bool = True, n: int = 29012346, retried: bool = False) -> None:
        """A run begins, and ends well or badly, or not at all."""
        self.scheduled.set(start, start)
        if end is not None:
            self.last.set("ok" if ok else "critical", end)
            if ok:
                self.succeeded.set(end, end)
        self._job(Run(f"{self.name}-{n}", start, end, ok), retried=retried)

    @classmethod
    def plain(cls, cluster: Place, namespace: str, name: str, *, start: int, end: int, ok: bool) -> None:
        """A Job of no CronJob: its series name none."""
        made = cls.__new__(cls)
        made.cluster, made.world, made.namespace, made.name, made.labels = cluster, cluster.world, namespace, "", {}
        made._job(Run(name, start, end, ok))

    def _send(self) -> None:
        tags = {
            **self.cluster.tags,
            "kube_namespace": self.namespace,
            "kube_cronjob": self.name,
            **{name: value for name, value in self.labels.items() if name != "version"},
        }
        there = (self.cluster.ksm,)
        scheduled, succeeded = _Since(self.scheduled), _Since(self.succeeded)
        self.world.add(
            Source("kubernetes_state.cronjob.duration_since_last_schedule", tags, scheduled, there),
            Source("kubernetes_state.cronjob.duration_since_last_successful", tags, succeeded, there),
            Source("kubernetes_state.cronjob.spec_suspend", tags, Following(int, self.suspended), there),
        )
        due = Following(lambda late, off: None if off else ("critical" if late else "ok"), self.late, self.suspended)
        self.world.add(
            Check("kubernetes_state.cronjob.on_schedule_check", tags, due, there),
            Check("kubernetes_state.cronjob.complete", tags, self.last, there),
        )

    def _job(self, run: Run, *, retried: bool = False) -> None:
        """The Job of a run and its pod, kept until long after."""
        cluster, world = self.cluster, self.world
        plain = {**cluster.tags, "kube_namespace": self.namespace, "kube_job": run.name, **self.labels}
        tags = {**plain, **tags_given({"kube_cronjob": self.name})}
        there = (cluster.ksm,)
        end = run.end

        def ends(value: float, otherwise: float | None) -> Callable[[int], float | None]:
            return lambda now: value if end is not None and now >= end else otherwise

        started = _From(run.start)
        took = world.track(lambda now: 0 if end is None or now < end else 60.0 * (end - run.start))
        failed = world.track(ends(1, None) if not run.ok else None)
        passed = world.track(ends(1, None) if run.ok else None)
        attempts = world.track(ends(1, 0) if not run.ok else (lambda now: int(retried and now > run.start + 3)))
        for metric, with_, value in (
            ("job.duration", plain, took),
            ("job.completion.failed", tags, failed),
            ("job.completion.succeeded", tags, passed),
            ("job.failed", tags, attempts),
        ):
            world.add(Source(f"kubernetes_state.{metric}", with_, _Begun(value, started), there))
        workload = Workload(
            cluster, "Job", self.namespace, run.name, 0, self.labels, job_tags=tags_given({"kube_cronjob": self.name})
        )
        pod = workload.add_pod(0, added=True)
        pod.exists.set(True, run.start)
        pod.age.set(lambda now: 60 * (now - run.start), run.start)
        if end is not None:
            pod.phase.set("succeeded" if run.ok else "failed", end)
            pod.ready.set(False, end)
        if not run.ok and end is not None:
            pod.terminated.set("error", end)


class _Since:
    """Seconds since a minute that a track names."""

    def __init__(self, when: Reading) -> None:
        self._when = when

    @property
    def touched(self) -> bool:
        return self._when.touched

    def at(self, minute: int) -> float | None:
        then = self._when.at(minute)
        return None if then is None else 60.0 * (minute - then)


class _From:
    """True from a minute on."""

    touched = False

    def __init__(self, start: int) -> None:
        self._start = start

    def at(self, minute: int) -> bool:
        return minute >= self._start


class _Begun:
    """A value once something has begun."""

    def __init__(self, value: Reading, begun: _From) -> None:
        self._value = value
        self._begun = begun

    @property
    def touched(self) -> bool:
        return self._value.touched

    def at(self, minute: int) -> float | None:
        value: float | None = self._value.at(minute) if self._begun.at(minute) else None
        return value
