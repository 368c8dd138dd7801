//! The bucket of a shared limit, as a script that Redis runs atomically.
//!
//! The arithmetic is that of the buckets in memory: thousandths of a request, a time that never
//! goes back. The time is the caller's, so that a clock that stands behind gives nothing. A bucket
//! expires when it would be full again.

use std::sync::LazyLock;

use redis::{RedisResult, Script};

use super::{super::Allowance, link::Connection};

static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local per_second, burst, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local full = burst * 1000
        local bucket = redis.call('HMGET', KEYS[1], 'thousandths', 'at_ms')
        local thousandths = tonumber(bucket[1]) or full
        local at = tonumber(bucket[2]) or now
        thousandths = math.min(full, thousandths + math.max(0, now - at) * per_second)
        at = math.max(at, now)
        local wait = -1
        if thousandths < 1000 then
            wait = math.ceil((1000 - thousandths) / per_second)
        else
            thousandths = thousandths - 1000
        end
        redis.call('HSET', KEYS[1], 'thousandths', thousandths, 'at_ms', string.format('%.0f', at))
        redis.call('PEXPIRE', KEYS[1], math.ceil(full / per_second) + 1000)
        return wait
        ",
    )
});

/// Takes one request out of the bucket under `key`; says how long to wait when there is none.
pub(super) async fn take(
    connection: &mut Connection,
    key: &str,
    allowance: Allowance,
    now_ms: i64,
) -> RedisResult<Option<u64>> {
    let wait_ms: i64 = TAKE
        .key(key)
        .arg(allowance.per_second)
        .arg(allowance.burst)
        .arg(now_ms)
        .invoke_async(connection)
        .await?;
    Ok(u64::try_from(wait_ms).ok())
}
