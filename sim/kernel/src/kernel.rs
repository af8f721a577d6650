//! The virtual-time executor: polls ready tasks first come, first served; when none is ready, jumps to the next timer.
//!
//! Invariant: the same futures spawned in the same order are polled in the same order at the same moments
//! ([`Kernel::fingerprint`] proves it). A waker may be called from another thread, but the kernel does not wait for
//! one: what only another thread can wake is idle.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use songsinh_contract::{Moment, UnixMillis};

use crate::error::KernelError;
use crate::ready::{Ready, TaskKey, TaskWaker};
use crate::tasks::{Task, Tasks};
use crate::timers::Timers;
use crate::virtual_clock::VirtualClock;

/// How much a kernel takes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelLimits {
    /// Tasks alive at once. Default 4,000,000.
    pub tasks: usize,
    /// Polls without time moving on, after which the run ends as a livelock. Default 50,000,000.
    pub polls_at_a_moment: u64,
}

impl Default for KernelLimits {
    fn default() -> Self {
        Self { tasks: 4_000_000, polls_at_a_moment: 50_000_000 }
    }
}

/// What a kernel has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KernelStats {
    /// Polls of tasks.
    pub polls: u64,
    /// Timers that fired.
    pub timers_fired: u64,
    /// Tasks alive.
    pub tasks: usize,
    /// Timers that wait.
    pub timers_waiting: usize,
}

/// What kernel, clocks and spawners share.
pub(crate) struct Shared {
    now: Cell<u64>,
    start_unix: UnixMillis,
    limits: KernelLimits,
    closed: Cell<bool>,
    refused: Cell<Option<KernelError>>,
    ready: Arc<Ready>,
    tasks: RefCell<Tasks>,
    pub(crate) timers: RefCell<Timers>,
}

impl Shared {
    pub(crate) fn now(&self) -> Moment {
        Moment(self.now.get())
    }
    pub(crate) fn unix(&self) -> UnixMillis {
        UnixMillis(self.start_unix.0.saturating_add((self.now.get() / 1_000_000) as i64))
    }
}

/// Starts tasks on a kernel. Cloning gives another handle.
#[derive(Clone)]
pub struct Spawner {
    shared: Rc<Shared>,
}

impl Spawner {
    /// Starts a task; it is polled for the first time after all tasks that are ready now. Beyond
    /// [`KernelLimits::tasks`] the future is dropped and the run ends with [`KernelError::TooManyTasks`]; after the
    /// end of the kernel it is dropped in silence.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let limit = self.shared.limits.tasks;
        if self.shared.closed.get() {
            return;
        }
        if self.shared.tasks.borrow().len() >= limit {
            self.shared.refused.set(Some(KernelError::TooManyTasks { limit, at: self.shared.now() }));
            return;
        }
        self.shared.tasks.borrow_mut().add(Box::pin(future), &self.shared.ready);
    }
}

/// A virtual-time executor of one thread. Dropping it drops its tasks.
///
/// ```
/// use std::time::Duration;
/// use songsinh_contract::{Clock, Moment, UnixMillis};
/// use songsinh_kernel::Kernel;
///
/// let mut kernel = Kernel::new(UnixMillis(0));
/// let clock = kernel.clock();
/// kernel.spawner().spawn(async move { clock.sleep(Duration::from_secs(3600)).await });
/// assert_eq!(kernel.run_until_idle(), Ok(Moment(3_600_000_000_000)));
/// ```
pub struct Kernel {
    shared: Rc<Shared>,
    batch: VecDeque<TaskKey>,
    woken: Vec<Waker>,
    polls: u64,
    polls_here: u64,
    fired: u64,
    fingerprint: u64,
}

enum Step {
    /// The root future is to be polled.
    Root,
    /// Nothing can happen until the limit.
    Idle,
}

impl Kernel {
    /// A kernel whose virtual time starts at [`Moment`] 0, which is `start_unix` by the wall clock.
    #[must_use]
    pub fn new(start_unix: UnixMillis) -> Self {
        Self::with_limits(start_unix, KernelLimits::default())
    }
    /// The same with other limits.
    #[must_use]
    pub fn with_limits(start_unix: UnixMillis, limits: KernelLimits) -> Self {
        let shared = Shared {
            now: Cell::new(0),
            start_unix,
            limits,
            closed: Cell::new(false),
            refused: Cell::new(None),
            ready: Arc::default(),
            tasks: RefCell::default(),
            timers: RefCell::new(Timers::new()),
        };
        Self {
            shared: Rc::new(shared),
            batch: VecDeque::new(),
            woken: Vec::new(),
            polls: 0,
            polls_here: 0,
            fired: 0,
            fingerprint: 0xcbf2_9ce4_8422_2325,
        }
    }
    /// A handle on this kernel's time.
    #[must_use]
    pub fn clock(&self) -> VirtualClock {
        VirtualClock { shared: Rc::clone(&self.shared) }
    }
    /// A handle that starts tasks.
    #[must_use]
    pub fn spawner(&self) -> Spawner {
        Spawner { shared: Rc::clone(&self.shared) }
    }
    /// Runs until no task is ready and no timer waits. Gives the moment of the last event. Tasks that wait for a
    /// channel may be left ([`KernelStats::tasks`] counts them).
    ///
    /// # Errors
    /// [`KernelError::TooManyTasks`], [`KernelError::Livelock`].
    pub fn run_until_idle(&mut self) -> Result<Moment, KernelError> {
        self.run(u64::MAX)?;
        Ok(self.shared.now())
    }
    /// Runs everything that is due up to `limit`, that moment included, and leaves the clock there.
    ///
    /// # Errors
    /// [`KernelError::TooManyTasks`], [`KernelError::Livelock`].
    pub fn run_until(&mut self, limit: Moment) -> Result<Moment, KernelError> {
        self.run(limit.0)?;
        if self.shared.now() < limit {
            self.move_to(limit.0);
        }
        Ok(self.shared.now())
    }
    /// Runs `future` to its end, and the tasks beside it. Tasks that are left wait for the next run.
    ///
    /// # Errors
    /// [`KernelError::Deadlock`] when nothing is left that could wake the future, and those of
    /// [`Kernel::run_until_idle`].
    pub fn block_on<F: Future>(&mut self, future: F) -> Result<F::Output, KernelError> {
        let mut future = pin!(future);
        let (handle, waker) = TaskWaker::queued(TaskKey::ROOT, &self.shared.ready);
        loop {
            match self.step(u64::MAX)? {
                Step::Root => {
                    handle.left_queue();
                    if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                        return Ok(value);
                    }
                }
                Step::Idle => {
                    let tasks = self.shared.tasks.borrow().len();
                    return Err(KernelError::Deadlock { at: self.shared.now(), tasks });
                }
            }
        }
    }
    /// Counts of what was done.
    #[must_use]
    pub fn stats(&self) -> KernelStats {
        KernelStats {
            polls: self.polls,
            timers_fired: self.fired,
            tasks: self.shared.tasks.borrow().len(),
            timers_waiting: self.shared.timers.borrow().len(),
        }
    }
    /// A digest of all polls so far: which task, when. Equal for equal runs; not made to withstand an adversary.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn run(&mut self, limit: u64) -> Result<(), KernelError> {
        // A root left by a `block_on` that ended before it could be polled again has nobody to poll it.
        while let Step::Root = self.step(limit)? {}
        Ok(())
    }

    /// Polls tasks and moves time until the root is to be polled or nothing is left up to `limit`.
    fn step(&mut self, limit: u64) -> Result<Step, KernelError> {
        loop {
            if self.batch.is_empty() {
                self.shared.ready.swap(&mut self.batch);
            }
            let Some(key) = self.batch.pop_front() else {
                if self.jump(limit) {
                    continue;
                }
                return Ok(Step::Idle);
            };
            self.count(key)?;
            if key == TaskKey::ROOT {
                return Ok(Step::Root);
            }
            self.poll(key);
            if let Some(refused) = self.shared.refused.take() {
                return Err(refused);
            }
        }
    }

    fn count(&mut self, key: TaskKey) -> Result<(), KernelError> {
        self.polls += 1;
        self.polls_here += 1;
        for word in [u64::from(key.slot) << 32 | u64::from(key.generation), self.shared.now.get()] {
            self.fingerprint = (self.fingerprint.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
        if self.polls_here > self.shared.limits.polls_at_a_moment {
            let polls = std::mem::take(&mut self.polls_here);
            return Err(KernelError::Livelock { polls, at: self.shared.now(), task: key.slot });
        }
        Ok(())
    }

    fn poll(&mut self, key: TaskKey) {
        let Some(mut task) = self.shared.tasks.borrow_mut().take(key) else { return };
        task.handle.left_queue();
        let Task { future, waker, .. } = &mut task;
        if Pin::as_mut(future).poll(&mut Context::from_waker(waker)).is_pending() {
            self.shared.tasks.borrow_mut().put_back(key, task);
        } else {
            // The future may start tasks or end sleeps while it is dropped, so nothing is borrowed here.
            drop(task);
            self.shared.tasks.borrow_mut().end(key);
        }
    }

    /// Moves time to the next timers due up to `limit` and wakes them.
    fn jump(&mut self, limit: u64) -> bool {
        let now = self.shared.now.get();
        let Some(due) = self.shared.timers.borrow_mut().take_due(limit, now, &mut self.woken) else { return false };
        self.move_to(due.max(now));
        self.fired += self.woken.len() as u64;
        self.woken.drain(..).for_each(Waker::wake);
        true
    }

    fn move_to(&mut self, moment: u64) {
        if moment > self.shared.now.get() {
            self.polls_here = 0;
        }
        self.shared.now.set(moment);
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        self.shared.closed.set(true);
        let tasks = std::mem::take(&mut *self.shared.tasks.borrow_mut());
        drop(tasks);
    }
}
