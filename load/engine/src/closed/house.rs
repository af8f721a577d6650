//! The house in which all users of a closed population live: one board, the next citizen, the time that is left.
//!
//! Invariant: the board's lock is never held across a wait. It is held for a look-up, an observation, or the closing of
//! one cell, which is short beside what a Goose user costs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use goose::goose::{GooseUser, TransactionError, TransactionResult};
use songsinh_contract::{CellId, Chance, CitizenIndex, Clock, Moment};
use songsinh_journey::{Ending, Play, play_story};
use songsinh_kernel::{Either, RealClock, race};
use songsinh_record::{AbandonReason, Abandoned, JourneyEnded, RecorderHandle};
use songsinh_scenario::Planned;
use songsinh_target::GooseTarget;

use super::stage::GooseStage;
use crate::board::Board;
use crate::casting::Roles;
use crate::progress::Progress;
use crate::real::Shared;
use crate::roster::Standing;
use crate::stage::Place;
use crate::worker::{LOOK_UP_EVERY, MOST_REPLACEMENTS, STORY, word_of};

/// What the users share.
pub(super) struct House {
    shared: Shared,
    clock: RealClock,
    board: Mutex<Board<RecorderHandle>>,
    next: AtomicUsize,
    replaced: AtomicUsize,
    lingering: AtomicUsize,
    given_up: AtomicBool,
    broken: OnceLock<String>,
}

impl House {
    pub(super) fn new(shared: Shared, recorder: RecorderHandle) -> Arc<Self> {
        let (patterns, judge) = (Arc::clone(&shared.patterns), Arc::clone(&shared.judge));
        let board = Board::unshared(recorder, patterns, judge, shared.orders.figures.clone());
        Arc::new(Self {
            shared,
            clock: RealClock::new(),
            board: Mutex::new(board),
            next: AtomicUsize::new(0),
            replaced: AtomicUsize::new(0),
            lingering: AtomicUsize::new(0),
            given_up: AtomicBool::new(false),
            broken: OnceLock::new(),
        })
    }
    pub(super) fn clock(&self) -> &RealClock {
        &self.clock
    }
    pub(super) fn board(&self) -> MutexGuard<'_, Board<RecorderHandle>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn progress(&self) -> &Progress {
        &self.shared.orders.figures.load
    }
    /// Journeys still under way are left.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
    /// Ends the run for a fault of the harness itself.
    pub(super) fn break_off(&self, why: String) {
        self.broken.get_or_init(|| why);
        self.progress().interrupt();
    }
    /// Why the run was broken off, if it was.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }

    /// A user's turn: the next citizen's journey, from its first step to its end.
    ///
    /// # Errors
    /// How the journey ended, if not by being completed; or why there was none.
    pub(super) async fn turn(self: &Arc<Self>, user: &mut GooseUser) -> TransactionResult {
        let not_played = |why: &str| Err(Box::new(TransactionError::Custom(why.to_owned())));
        if self.progress().is_stopped() {
            // Goose takes up to half a second until it hears of the stop.
            self.clock.sleep(LOOK_UP_EVERY).await;
            return not_played("the run is being stopped");
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let Some(planned) = self.shared.orders.plan.arrivals.get(at) else {
            return not_played("no journey is left");
        };
        Progress::add(&self.progress().offered);
        let Some(roles) = self.shared.orders.casting.cast(planned.id).cloned() else {
            Progress::add(&self.progress().abandoned);
            let (arrival, at) = (planned.id, self.clock.now());
            self.board().abandoned(Abandoned { arrival, at, why: AbandonReason::NobodyLeft });
            return not_played("nobody is left to play this journey");
        };
        Progress::add(&self.progress().started);
        let target = GooseTarget::new(user, Arc::clone(&self.shared.compiled));
        match self.play(planned, roles, &target).await {
            Ending::Completed => Ok(()),
            Ending::GaveUp(why) => not_played(&format!("gave up, {why}")),
            Ending::Failed(step) => not_played(&format!("did not get beyond: {step}")),
            Ending::Dirty => not_played("the target knew the person already"),
            Ending::Left => not_played("left under way when the run ended"),
        }
    }

    /// Plays a journey; a person whom the target knows already is replaced, as in an open run.
    async fn play(self: &Arc<Self>, planned: &Planned, mut roles: Roles, target: &GooseTarget<'_>) -> Ending {
        let progress = self.progress();
        for attempt in 0..=MOST_REPLACEMENTS {
            let cell = CellId(planned.id.0 | attempt << 48);
            let ending = self.play_cell(planned, cell, &roles, target).await;
            match ending {
                Ending::Completed => Progress::add(&progress.completed),
                Ending::GaveUp(_) => Progress::add(&progress.gave_up),
                Ending::Failed(_) => Progress::add(&progress.failed),
                Ending::Dirty => {
                    Progress::add(&progress.dirty);
                    if attempt < MOST_REPLACEMENTS
                        && let Some(next) = self.replacement(planned)
                    {
                        roles.main = next;
                        continue;
                    }
                    Progress::add(&progress.failed);
                }
                Ending::Left => Progress::add(&progress.left),
            }
            return ending;
        }
        Ending::Dirty
    }

    fn replacement(&self, planned: &Planned) -> Option<CitizenIndex> {
        let nth = self.replaced.fetch_add(1, Ordering::Relaxed);
        self.shared.orders.casting.reserve(planned.id, nth)
    }

    /// Plays a story in a cell of its own. None if it was left under way: the cell stays open until the end.
    async fn play_cell(
        self: &Arc<Self>,
        planned: &Planned,
        cell: CellId,
        roles: &Roles,
        target: &GooseTarget<'_>,
    ) -> Ending {
        let orders = &self.shared.orders;
        let chance = Chance::new(orders.seed, STORY, cell.0);
        let mut cast = orders.people.cast(roles, &orders.known);
        self.board().open(orders.facts(planned, cell, &cast));
        let place = Place { cell, arrival: planned.id, seed: orders.seed };
        let stage = GooseStage { target, house: self, place };
        let play = Play::new(&stage, &orders.book, &orders.patience, chance, self.clock.now());
        let story = orders.story(planned);
        let ending = match race(play_story(play, &mut cast, &story), self.over()).await {
            Either::Left(ending) => ending,
            Either::Right(()) => Ending::Left,
        };
        let word = word_of(&ending, planned, self.progress());
        self.board().ended(JourneyEnded { arrival: planned.id, cell, at: self.clock.now(), ending: word });
        self.tell(orders.left_with(&cast, planned, &ending));
        self.linger(cell);
        ending
    }

    /// Ends when no journey may go on.
    async fn over(&self) {
        while !self.progress().is_interrupted() && !self.given_up.load(Ordering::Relaxed) {
            self.clock.sleep(LOOK_UP_EVERY).await;
        }
    }

    /// Keeps a cell open for late messages, then closes it.
    fn linger(self: &Arc<Self>, cell: CellId) {
        self.lingering.fetch_add(1, Ordering::Relaxed);
        let house = Arc::clone(self);
        tokio::spawn(async move {
            house.clock.sleep(house.shared.orders.linger).await;
            house.board().close(cell);
            house.lingering.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Waits until no cell lingers, or until `deadline`; then closes what is left.
    pub(super) async fn drain(&self, deadline: Moment) {
        while self.lingering.load(Ordering::Relaxed) > 0
            && self.clock.now() < deadline
            && !self.progress().is_interrupted()
        {
            self.clock.sleep(LOOK_UP_EVERY.min(deadline.since(self.clock.now()).max(A_MOMENT))).await;
        }
        self.board().close_all();
    }

    fn tell(&self, standings: Vec<Standing>) {
        if let Some(roster) = &self.shared.orders.standings
            && !standings.is_empty()
        {
            // The roster's end is gone only when the run is over.
            let _ = roster.send(standings);
        }
    }
}

const A_MOMENT: Duration = Duration::from_millis(1);
