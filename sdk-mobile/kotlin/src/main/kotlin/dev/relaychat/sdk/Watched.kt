package dev.relaychat.sdk

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.job

/*
 * From the core's listeners to flows. A listener is called on a thread of the client and only leaves
 * its value: it cannot block and does not throw.
 */

/** A value that is followed until the scope ends. */
internal fun <T> CoroutineScope.watched(
    now: T,
    watch: (emit: (T) -> Unit) -> CoreSubscription,
): MutableStateFlow<T> {
    val state = MutableStateFlow(now)
    follow(watch { state.value = it })
    return state
}

/** A value that is followed while somebody collects it. */
internal fun <T> CoroutineScope.watchedWhileCollected(
    now: T,
    watch: (emit: (T) -> Unit) -> CoreSubscription,
): StateFlow<T> {
    val values: Flow<T> =
        callbackFlow {
            val subscription = watch { trySend(it) }
            awaitClose { subscription.end() }
        }
    return values.conflate().stateIn(this, SharingStarted.WhileSubscribed(), now)
}

/** Ends the subscription with the scope. */
internal fun CoroutineScope.follow(subscription: CoreSubscription): Job {
    coroutineContext.job.invokeOnCompletion { subscription.end() }
    return coroutineContext.job
}

internal fun CoreSubscription.end() {
    cancel()
    close()
}

/** Makes a change: at [index], [removedCount] items give place to [inserted]. */
internal fun <T> MutableList<T>.splice(
    index: UInt,
    removedCount: UInt,
    inserted: List<T>,
) {
    val from = index.toInt()
    subList(from, from + removedCount.toInt()).clear()
    addAll(from, inserted)
}
