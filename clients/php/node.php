<?php

// Plays the part of a server of Laravel Reverb on its channel in Redis, without its clients: as the
// specification says that it is done, with PHP's own serialisation. It is not Reverb.
//
// php node.php PORT CHANNEL. Prints each event that it would hand to its clients, and who it would
// cut off, as a line of JSON. Reads orders, a line of JSON each: what to publish, or what to ask.

use Laravel\Reverb\Application;
use Laravel\Reverb\Protocols\Pusher\MetricType;
use Laravel\Reverb\Protocols\Pusher\PendingMetric;

require __DIR__.'/classes.php';

const CRLF = "\r\n";

/** A connection to Redis that is read from when there is something to read. */
final class Redis
{
    private $stream;

    private string $unread = '';

    public function __construct(int $port)
    {
        $this->stream = stream_socket_client("tcp://127.0.0.1:$port");
        stream_set_blocking($this->stream, false);
    }

    public function stream()
    {
        return $this->stream;
    }

    public function send(string ...$words): void
    {
        $text = '*'.count($words).CRLF;
        foreach ($words as $word) {
            $text .= '$'.strlen($word).CRLF.$word.CRLF;
        }
        stream_set_blocking($this->stream, true);
        for ($sent = 0; $sent < strlen($text);) {
            $sent += fwrite($this->stream, substr($text, $sent));
        }
        stream_set_blocking($this->stream, false);
    }

    /** All replies that are there whole. */
    public function replies(): array
    {
        $read = fread($this->stream, 1 << 20);
        if ($read === false || ($read === '' && feof($this->stream))) {
            fwrite(STDERR, "Redis is gone\n");
            exit(1);
        }
        $this->unread .= $read;
        $replies = [];
        while (true) {
            $at = 0;
            $reply = $this->reply($at);
            if ($at === 0) {
                return $replies;
            }
            $this->unread = substr($this->unread, $at);
            $replies[] = $reply;
        }
    }

    /** One reply from there on; the place stays 0 if it is not there whole. */
    private function reply(int &$at): mixed
    {
        $end = strpos($this->unread, CRLF, $at);
        if ($end === false) {
            $at = 0;

            return null;
        }
        $kind = $this->unread[$at];
        $rest = substr($this->unread, $at + 1, $end - $at - 1);
        $at = $end + 2;
        switch ($kind) {
            case ':':
                return (int) $rest;
            case '+':
                return $rest;
            case '-':
                throw new RuntimeException($rest);
            case '$':
                $text = substr($this->unread, $at, (int) $rest);
                $at = strlen($this->unread) < $at + (int) $rest + 2 ? 0 : $at + (int) $rest + 2;

                return $text;
            case '*':
                $all = [];
                for ($i = 0; $i < (int) $rest; $i++) {
                    $all[] = $this->reply($at);
                    if ($at === 0) {
                        return null;
                    }
                }

                return $all;
        }
        throw new RuntimeException('no reply of Redis');
    }
}

/** What a server says and hears. */
final class Node
{
    /** Questions of its own: how many will answer, and what they have. */
    private array $asked = [];

    /** Keys of those whose number of answers Redis has not said yet. */
    private array $published = [];

    private Application $application;

    public function __construct(private Redis $publisher, private string $channel)
    {
        $this->application = new Application('4711', 'clients-key', 'clients-secret', 60, 30, ['*'], 10_000);
    }

    private function publish(array $message, ?string $key = null): void
    {
        $this->published[] = $key;
        $this->publisher->send('PUBLISH', $this->channel, json_encode($message, JSON_THROW_ON_ERROR));
    }

    /** The reply to a PUBLISH says how many have heard it. */
    public function replied(int $listeners): void
    {
        $key = array_shift($this->published);
        if ($key !== null) {
            $this->asked[$key]['expected'] = $listeners;
        }
    }

    public function obey(array $order): void
    {
        switch ($order['order']) {
            case 'publish':
                $this->publish([
                    'type' => 'message',
                    'application' => serialize($this->application),
                    'payload' => $order['payload'],
                ] + (isset($order['socket_id']) ? ['socket_id' => $order['socket_id']] : []));
                break;
            case 'terminate':
                $this->publish([
                    'type' => 'terminate',
                    'application' => serialize($this->application),
                    'payload' => ['user_id' => $order['user']],
                ]);
                break;
            case 'ask':
                $key = substr(strtr(base64_encode(random_bytes(12)), '+/', 'xy'), 0, 10);
                $this->asked[$key] = ['expected' => null, 'payloads' => []];
                $metric = new PendingMetric($key, $this->application, MetricType::from($order['type']), $order['options']);
                $this->publish(['type' => 'metrics', 'payload' => serialize($metric)], $key);
                break;
        }
    }

    public function hear(string $text): void
    {
        $message = json_decode($text, true, flags: JSON_THROW_ON_ERROR);
        $type = $message['type'] ?? null;
        if (isset($this->asked[$type])) {
            $this->answered($type, $message['payload']);
        }
        $application = isset($message['application']) ? read_application($message['application']) : null;
        switch ($type) {
            case 'message':
                $this->dispatch($application->id(), $message['payload'], $message['socket_id'] ?? null);
                break;
            case 'terminate':
                say(['terminated' => $message['payload']['user_id'], 'app' => $application->id()]);
                break;
            case 'metrics':
                $metric = read_metric($message['payload']);
                $this->publish(['type' => $metric->key(), 'payload' => $this->answer($metric)]);
                break;
        }
    }

    /** Each channel's clients get the payload, but for the list of channels. */
    private function dispatch(string $app, array $payload, ?string $except): void
    {
        $channels = (array) ($payload['channels'] ?? $payload['channel'] ?? []);
        unset($payload['channels']);
        foreach ($channels as $channel) {
            $payload['channel'] = $channel;
            say(['heard' => json_encode($payload, JSON_THROW_ON_ERROR), 'app' => $app, 'except' => $except]);
        }
    }

    private function answered(string $key, array $payload): void
    {
        $this->asked[$key]['payloads'][] = $payload;
        $asked = $this->asked[$key];
        if (count($asked['payloads']) === $asked['expected']) {
            unset($this->asked[$key]);
            say(['answers' => $asked['payloads']]);
        }
    }

    /** As if it had two clients in the channel php, and the users 1 and ann in presence-php. */
    private function answer(PendingMetric $metric): array
    {
        $all = ['php' => ['subscription_count' => 2], 'presence-php' => ['user_count' => 2]];
        $of = fn (string $channel): array => isset($all[$channel]) ? ['occupied' => true] + $all[$channel] : ['occupied' => false];

        return match ($metric->type()) {
            MetricType::CONNECTIONS => ['1.1' => [], '2.2' => []],
            MetricType::CHANNEL => $of($metric->option('channel')),
            MetricType::CHANNELS => $metric->option('channels') === null
                ? array_filter($all, fn ($name) => str_starts_with($name, $metric->option('filter') ?? ''), ARRAY_FILTER_USE_KEY)
                : array_combine($metric->option('channels'), array_map(fn ($name) => $all[$name] ?? [], $metric->option('channels'))),
            MetricType::CHANNEL_USERS => $metric->option('channel') === 'presence-php' ? [['id' => 1], ['id' => 'ann']] : [],
        };
    }
}

function say(array $what): void
{
    fwrite(STDOUT, json_encode($what, JSON_THROW_ON_ERROR)."\n");
}

[, $port, $channel] = $argv;
$publisher = new Redis((int) $port);
$subscriber = new Redis((int) $port);
$node = new Node($publisher, $channel);
$subscriber->send('SUBSCRIBE', $channel);
stream_set_blocking(STDIN, false);
$orders = '';
while (true) {
    $readable = [STDIN, $publisher->stream(), $subscriber->stream()];
    $none = [];
    stream_select($readable, $none, $none, null);
    foreach ($readable as $stream) {
        if ($stream === STDIN) {
            $read = fread(STDIN, 1 << 20);
            if ($read === false || ($read === '' && feof(STDIN))) {
                exit(0);
            }
            $orders .= $read;
            while (($end = strpos($orders, "\n")) !== false) {
                $node->obey(json_decode(substr($orders, 0, $end), true, flags: JSON_THROW_ON_ERROR));
                $orders = substr($orders, $end + 1);
            }
        } elseif ($stream === $publisher->stream()) {
            array_map($node->replied(...), $publisher->replies());
        } else {
            foreach ($subscriber->replies() as $reply) {
                match ($reply[0]) {
                    'subscribe' => say(['listening' => 1]),
                    'message' => $node->hear($reply[2]),
                };
            }
        }
    }
}
