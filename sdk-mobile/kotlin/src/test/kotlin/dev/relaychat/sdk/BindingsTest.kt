package dev.relaychat.sdk

import org.junit.jupiter.api.Test

/** What every client asks before anything else. The suite runs it with a library of another build too. */
class BindingsTest {
    @Test
    fun `the bindings belong to the library`() = uniffiEnsureInitialized()
}
