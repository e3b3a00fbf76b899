"""Atlas: disk and CPU."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import NODE, alert


@define(level="core")
def atlas_disk(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The disk of {{hostnameport.name}} fills up; when it is full, writes stop.

    First step: whether storage auto-scaling is on: `atlas clusters describe {mongodb.name}`, diskSizeGB and
    autoScaling; enlarge the disk by hand if not.

    Likely causes: growth; a missing TTL; auto-scaling at its limit, or within its hours between two steps.

    Over when: usage is under the recovery threshold.
    """
    if mongodb.self_hosted:
        return None
    warning = critical * 75 / 85 if warning is None else warning
    return alert(
        name="[Atlas] Disk of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_30m):max:mongodb.atlas.system.disk.space.percentused{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=critical * 82 / 85,
        warning_recovery=warning * 72 / 75,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def atlas_iops(
    mongodb: MongoDB,
    *,
    critical: Number = 95,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The disk of {{hostnameport.name}} does all it can: reads and writes queue behind it.

    First step: the Performance Advisor in Atlas: what reads so much, and does it have an index?

    Likely causes: scans; a cache too small for the data in use; a bulk load; provisioned IOPS too low.

    Over when: utilisation is under the recovery threshold for 15 minutes.
    """
    if mongodb.self_hosted:
        return None
    metric = "max:mongodb.atlas.system.disk.iops.percentutilization"
    warning = critical * 85 / 95 if warning is None else warning
    return alert(
        name="[Atlas] IOPS utilisation of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):{metric}{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=critical * 90 / 95,
        warning_recovery=warning * 80 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cpu(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent of all cores
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The CPU of {{hostnameport.name}} is used up: everything gets slower.

    First step: the Performance Advisor and the Real-Time panel in Atlas: scans, sorts, index builds.

    Likely causes: a query without its index; an index build; a tier too small for the load.

    Over when: CPU is under the recovery threshold for 15 minutes; a larger tier is one rolling change away.
    """
    if mongodb.self_hosted:
        return None
    here, metric = mongodb.scope(), "avg:mongodb.atlas.system.cpu.norm"
    warning = critical * 70 / 85 if warning is None else warning
    return alert(
        name="[Atlas] User+kernel CPU of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):{metric}.user{here} {NODE} + {metric}.kernel{here} {NODE} > {critical}",
        warning=warning,
        critical_recovery=critical * 80 / 85,
        warning_recovery=warning * 65 / 70,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cpu_steal(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """{{hostnameport.name}} has used up its burst credits and is held back, whatever it is asked.

    First step: the tier in Atlas: small ones share their CPUs and burst.

    Likely causes: lasting load on a tier meant for bursts.

    Over when: steal is under the recovery threshold; a larger tier ends it.
    """
    if mongodb.self_hosted:
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[Atlas] CPU steal of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):avg:mongodb.atlas.system.cpu.norm.steal{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.7 * critical,
        warning_recovery=0.6 * warning,
        on_missing_data="resolve",
        priority=3,
    )
