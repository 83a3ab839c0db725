<?php

// Answers line by line what PHP makes of something: "WORD BASE64" in, JSON out.

use Laravel\Reverb\Application;
use Laravel\Reverb\Protocols\Pusher\MetricType;
use Laravel\Reverb\Protocols\Pusher\PendingMetric;

require __DIR__.'/classes.php';

/** All there is to a value, with its types. */
function shown(mixed $value): mixed
{
    if ($value instanceof UnitEnum) {
        return ['enum' => $value::class, 'case' => $value->name];
    }
    if (is_object($value)) {
        $properties = [];
        foreach ((new ReflectionObject($value))->getProperties() as $property) {
            $properties[$property->getName()] = $property->isInitialized($value) ? shown($property->getValue($value)) : 'uninitialized';
        }

        return ['class' => $value::class, 'properties' => $properties];
    }
    if (is_array($value)) {
        return ['array' => array_map(fn ($key) => [shown($key), shown($value[$key])], array_keys($value))];
    }

    return [get_debug_type($value) => is_float($value) ? var_export($value, true) : $value];
}

function application(): Application
{
    $own = [null, 'members', ['enabled' => true, 'max_attempts' => 5, 'decay_seconds' => 1, 'terminate_on_limit' => true]];

    return new Application(
        '4711', 'kéy', 'sécret "x"; 😀', 60, 30, ['*', 'exämple.com'], 10_000,
        ...match (getenv('REVERB_VERSION')) {
            '1.5' => [],
            '1.8' => array_slice($own, 0, 2),
            default => $own,
        },
        ...['options' => ['host' => null, 'port' => 443, 'scheme' => 'https', 'useTLS' => true]],
    );
}

function sample(string $name): mixed
{
    return match ($name) {
        'application' => application(),
        'connections' => new PendingMetric('aB3dE5fG7h', application(), MetricType::CONNECTIONS),
        'channel' => new PendingMetric('key', application(), MetricType::CHANNEL, ['channel' => 'näws', 'info' => 'subscription_count,occupied']),
        'channels' => new PendingMetric('key', application(), MetricType::CHANNELS, ['filter' => 'presence-', 'info' => null]),
        'named' => new PendingMetric('key', application(), MetricType::CHANNELS, ['info' => 'user_count', 'channels' => ['a', 'b']]),
        'users' => new PendingMetric('key', application(), MetricType::CHANNEL_USERS, ['channel' => 'presence-a']),
        'values' => [null, true, false, 0, PHP_INT_MIN, PHP_INT_MAX, 0.5, -1e300, INF, -INF, NAN, '', "a\0\"é😀", [], ['k' => [1 => 'x']], MetricType::CHANNEL],
    };
}

while (($line = fgets(STDIN)) !== false) {
    [$word, $text] = explode(' ', trim($line, "\n"));
    $text = base64_decode($text, true);
    try {
        $answer = match ($word) {
            'application' => shown(read_application($text)),
            'metric' => shown(read_metric($text)),
            'any' => shown(unserialize($text)),
            'same' => base64_encode(serialize(unserialize($text))),
            'sample' => base64_encode(serialize(sample($text))),
            'json' => json_encode(json_decode($text, true, flags: JSON_THROW_ON_ERROR)) !== false,
        };
    } catch (Throwable $failure) {
        $answer = $word === 'json' ? false : ['failure' => $failure->getMessage()];
    }
    echo json_encode($answer, JSON_THROW_ON_ERROR), "\n";
}
