//! The jobs on a clock that is turned by hand.
