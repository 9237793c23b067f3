//! Named places at which a test ends or stops the process, as the environment's `FAILPOINTS` says:
//! `FAILPOINTS=job-claimed=5%return` aborts the process, as SIGKILL would, one time in twenty that it
//! gets there. Built with the feature `failpoints` alone; else there is nothing at these places.

/// Aborts the process where the environment says so.
macro_rules! fault_point {
    ($name:literal) => {
        ::fail::fail_point!($name, |_| ::std::process::abort())
    };
}
