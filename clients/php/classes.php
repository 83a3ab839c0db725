<?php

// What servers of Laravel Reverb hand each other: classes of the same names and properties, written
// after the specification. They hold data and nothing else; this is not Reverb.

namespace Laravel\Reverb {
    if (getenv('REVERB_VERSION') === '1.5') {
        class Application
        {
            public function __construct(
                protected string $id,
                protected string $key,
                protected string $secret,
                protected int $pingInterval,
                protected int $activityTimeout,
                protected array $allowedOrigins,
                protected int $maxMessageSize,
                protected array $options = [],
            ) {}

            public function id(): string
            {
                return $this->id;
            }
        }
    } elseif (getenv('REVERB_VERSION') === '1.8') {
        class Application
        {
            public function __construct(
                protected string $id,
                protected string $key,
                protected string $secret,
                protected int $pingInterval,
                protected int $activityTimeout,
                protected array $allowedOrigins,
                protected int $maxMessageSize,
                protected ?int $maxConnections = null,
                protected string $acceptClientEventsFrom = 'members',
                protected array $options = [],
            ) {}

            public function id(): string
            {
                return $this->id;
            }
        }
    } else {
        class Application
        {
            public function __construct(
                protected string $id,
                protected string $key,
                protected string $secret,
                protected int $pingInterval,
                protected int $activityTimeout,
                protected array $allowedOrigins,
                protected int $maxMessageSize,
                protected ?int $maxConnections = null,
                protected string $acceptClientEventsFrom = 'members',
                protected ?array $rateLimiting = null,
                protected array $options = [],
            ) {}

            public function id(): string
            {
                return $this->id;
            }
        }
    }
}

namespace Laravel\Reverb\Protocols\Pusher {
    use Laravel\Reverb\Application;

    enum MetricType: string
    {
        case CONNECTIONS = 'connections';
        case CHANNEL = 'channel';
        case CHANNELS = 'channels';
        case CHANNEL_USERS = 'channel_users';
    }

    class PendingMetric
    {
        protected ?int $subscribers = null;

        protected array $data = [];

        public function __construct(
            protected string $key,
            protected Application $application,
            protected MetricType $type,
            protected array $options = [],
        ) {}

        public function key(): string
        {
            return $this->key;
        }

        public function application(): Application
        {
            return $this->application;
        }

        public function type(): MetricType
        {
            return $this->type;
        }

        public function option(string $name): mixed
        {
            return $this->options[$name] ?? null;
        }
    }
}

namespace {
    use Laravel\Reverb\Application;
    use Laravel\Reverb\Protocols\Pusher\MetricType;
    use Laravel\Reverb\Protocols\Pusher\PendingMetric;

    // A notice is a mistake here: what PHP would only grumble about is to be seen.
    set_error_handler(function (int $level, string $text): never {
        throw new ErrorException($text, $level);
    });

    function read_application(mixed $text): mixed
    {
        return unserialize($text, ['allowed_classes' => [Application::class]]);
    }

    function read_metric(string $text): mixed
    {
        return unserialize($text, ['allowed_classes' => [Application::class, PendingMetric::class, MetricType::class]]);
    }
}
