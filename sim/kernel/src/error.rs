//! Why a virtual run could not go on.

use songsinh_contract::Moment;

/// What stopped a [`Kernel`](crate::Kernel).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// More tasks alive at once than allowed; the one too many was dropped.
    #[error("more than {limit} tasks at {} ns of virtual time; raise `KernelLimits::tasks` or start fewer at once", at.0)]
    TooManyTasks {
        /// The limit.
        limit: usize,
        /// When.
        at: Moment,
    },
    /// Tasks kept waking each other (or themselves) and time stood still.
    #[error(
        "time stands still at {} ns: {polls} polls without a timer being due, the last one of task {task}; \
         that task waits for something without sleeping, or `KernelLimits::polls_at_a_moment` is too low", at.0
    )]
    Livelock {
        /// Polls since time last moved.
        polls: u64,
        /// When.
        at: Moment,
        /// The slot of the task polled last.
        task: u32,
    },
    /// The future given to [`Kernel::block_on`](crate::Kernel::block_on) waits, and nothing is left that could wake it.
    #[error("deadlock at {} ns: the future waits, no task is ready and no timer is pending ({tasks} tasks wait too)", at.0)]
    Deadlock {
        /// When.
        at: Moment,
        /// Tasks alive.
        tasks: usize,
    },
}
