"""What workers take their work from: SQS with points that come late, Kafka, RabbitMQ; none of them names a service."""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync.definitions import inventory
from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Constant, Following, Reading, Track, ripple
from dd_sync.gameday.world import World

CRAWLED = 12
"""Minutes until the crawler of the AWS integration brings a point."""


STREAMED = 3
"""The same by CloudWatch Metric Streams."""


class Queue:
    """A queue: how many wait, for how long, how many are taken."""

    def __init__(self, world: World, facts: inventory.Queue, name: str) -> None:
        self.world = world
        self.facts = facts
        self.name = name
        self.type = facts.type
        self.waiting: Track = world.track(20.0)
        """Messages that wait; None where an idle queue reports nothing."""
        self.age: Track = world.track(4.0)
        """Seconds the oldest of them waits."""
        self.sent: Track = world.track(ripple(200.0))
        """Messages a minute that are put in."""
        self.done: Track = world.track(ripple(200.0))
        """Messages a minute that are worked off."""
        self.taken: Track = world.track(10.0)
        """Messages that a worker has and is not done with."""
        self.consumers: Track = world.track(2)
        self.dead: Track = world.track(0.0)
        """Messages in the dead-letter queue."""
        self.alarm: Track = world.track(0)
        """Whether the broker blocks its publishers."""
        match facts.type:
            case "sqs":
                self._sqs()
            case "kafka":
                self._kafka()
            case "rabbitmq":
                self._rabbitmq()

    def stuck(self, start: int, end: int | None = None, *, rate: float = 200.0) -> None:
        """Nothing is worked off any more: what waits grows, and gets older."""
        self.done.set(0.0, start, end)
        self.waiting.plus(lambda now: rate * (now - start), start, end)
        self.age.set(lambda now: 60.0 * (now - start) + 4, start, end)
        if end is not None:
            grown, old = rate * (end - start), 60.0 * (end - start)
            self.waiting.plus(lambda now: max(0.0, grown * (1 - (now - end) / 20)), end)
            self.age.set(lambda now: max(4.0, old * (1 - (now - end) / 20)), end)

    def _sqs(self) -> None:
        tags = {"queuename": self.name, "region": "eu-west-1", "aws_account": "123456789012"}
        figures: Mapping[str, Reading] = {
            "approximate_number_of_messages_visible": self.waiting,
            "approximate_age_of_oldest_message": self.age,
            "approximate_number_of_messages_not_visible": self.taken,
            "number_of_messages_sent": self.sent,
            "number_of_messages_deleted": self.done,
            "number_of_messages_received": self.done,
        }
        active = Following(lambda waiting: waiting is not None, self.waiting)
        late = CRAWLED if self.facts.delay_s >= 900 else STREAMED
        for metric, value in figures.items():
            self.world.add(Source(f"aws.sqs.{metric}", tags, value, (active,), late=late))
        if self.facts.dlq:
            dead = {**tags, "queuename": self.facts.dlq}
            name = "aws.sqs.approximate_number_of_messages_visible"
            self.world.add(Source(name, dead, self.dead, late=late))
            old = Following(lambda n: 600.0 if n else 0.0, self.dead)
            self.world.add(Source("aws.sqs.approximate_age_of_oldest_message", dead, old, late=late))

    def _kafka(self) -> None:
        tags = {"topic": self.name, "consumer_group": self.facts.group or "", "kafka_cluster_id": "k1"}
        for partition in ("0", "1", "2"):
            part = {**tags, "partition": partition}
            lag = Following(lambda waiting: None if waiting is None else waiting / 3, self.waiting)
            self.world.add(Source("kafka.consumer_lag", part, lag))
            self.world.add(Source("kafka.estimated_consumer_lag", part, self.age))

    def _rabbitmq(self) -> None:
        """By the management API, which names queues, or by the plugin's endpoint as it is shipped, which does not."""
        where = {"rabbitmq_node": "rabbit@mq-0"}
        if self.facts.by_queue:
            tags = {**where, "rabbitmq_queue": self.name, "rabbitmq_vhost": "/"}
            waiting, unacked = "rabbitmq.queue.messages_ready", "rabbitmq.queue.messages_unacknowledged"
        else:
            tags = {**where, "endpoint": "http://mq-0:15692/metrics", "rabbitmq_cluster": "mq"}
            waiting, unacked = "rabbitmq.queue.messages.ready", "rabbitmq.queue.messages.unacked"
        self.world.add(Source("rabbitmq.queue.consumers", tags, self.consumers))
        self.world.add(Source("rabbitmq.queue.messages", tags, self.waiting))
        self.world.add(Source(waiting, tags, self.waiting))
        self.world.add(Source(unacked, tags, self.taken))
        for name in ("rabbitmq.node.mem_alarm", "rabbitmq.alarms.memory_used_watermark"):
            self.world.add(Source(name, where, self.alarm))
        self.world.add(Source("rabbitmq.node.disk_alarm", where, Constant(0)))
        ack = Following(lambda done: done / 60, self.done)
        self.world.add(Source("rabbitmq.queue.messages.ack.rate", tags, ack))
