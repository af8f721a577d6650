//! A cell's stage over any target and clock: carries calls to the target and observations to the board.

use std::rc::Rc;

use songsinh_contract::{
    ArrivalId, Call, CellId, Chance, CitizenIndex, Clock, Loss, Moment, Observation, Outcome, PhoneNumber, Purpose,
    SmsPurpose, TraceId,
};
use songsinh_journey::Stage;
use songsinh_phone::Received;
use songsinh_target::{Answer, Target};

use crate::board::{Board, Sink};

/// Where a story belongs: from it follow the trace ids of its calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) cell: CellId,
    pub(crate) arrival: ArrivalId,
    /// The run's seed.
    pub(crate) seed: u64,
}

/// A call that is about to be made.
pub(crate) struct Asked {
    pub(crate) seq: u32,
    pub(crate) member: CitizenIndex,
    pub(crate) call: Call,
    pub(crate) intended: Moment,
    pub(crate) trace: TraceId,
}

impl Place {
    /// A call, with its trace id.
    pub(crate) fn asked(&self, seq: u32, member: CitizenIndex, call: Call, intended: Moment) -> Asked {
        Asked { seq, member, call, intended, trace: trace_of(self.seed, self.cell, seq) }
    }
    /// What was seen of a call once it is answered.
    pub(crate) fn observation(&self, asked: Asked, answer: Answer) -> Observation {
        Observation {
            cell: self.cell,
            arrival: self.arrival,
            seq: asked.seq,
            member: asked.member,
            call: asked.call,
            intended: asked.intended.min(answer.sent),
            sent: answer.sent,
            first_byte: answer.first_byte,
            done: answer.done,
            outcome: answer.outcome,
            wording: answer.wording,
            codes_seen: answer.codes_seen,
            numbers_seen: answer.numbers_seen,
            trace: asked.trace,
        }
    }
}

/// A call under way. Whoever drops it before the answer is there gives it up: it may or may not have been carried out,
/// and `give_up` hears of it.
pub(crate) struct UnderWay<F: FnMut(Asked)> {
    asked: Option<Asked>,
    give_up: F,
}

impl<F: FnMut(Asked)> UnderWay<F> {
    /// Begins a call.
    pub(crate) fn new(asked: Asked, give_up: F) -> Self {
        Self { asked: Some(asked), give_up }
    }
    /// What is asked.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }
    /// Ends it: the answer is there.
    pub(crate) fn answered(mut self) -> Option<Asked> {
        self.asked.take()
    }
}

impl<F: FnMut(Asked)> Drop for UnderWay<F> {
    fn drop(&mut self) {
        if let Some(asked) = self.asked.take() {
            (self.give_up)(asked);
        }
    }
}

/// The answer to a call that was given up at `now`, begun at `sent`.
pub(crate) fn given_up(sent: Moment, now: Moment) -> Answer {
    Answer {
        outcome: Outcome::Indeterminate(Loss::TimedOut),
        sent,
        first_byte: None,
        done: now,
        wording: None,
        codes_seen: Vec::new(),
        numbers_seen: Vec::new(),
    }
}

/// The stage of one cell, on one worker.
pub struct CellStage<T, C, K: Sink> {
    target: Rc<T>,
    clock: C,
    board: Rc<Board<K>>,
    place: Place,
}

impl<T, C, K: Sink> CellStage<T, C, K> {
    /// The stage of `cell`. Trace ids are drawn from the run's seed and the cell.
    pub fn new(target: Rc<T>, clock: C, board: Rc<Board<K>>, cell: CellId, arrival: ArrivalId, seed: u64) -> Self {
        Self { target, clock, board, place: Place { cell, arrival, seed } }
    }
}

const TRACE: Purpose = Purpose::named("trace");

/// The trace id of a call: a function of seed, cell and place in the cell.
#[must_use]
pub fn trace_of(seed: u64, cell: CellId, seq: u32) -> TraceId {
    let mut chance = Chance::new(seed, TRACE, cell.0);
    let base = chance.bits() | 1;
    let mut own = Chance::new(chance.bits(), TRACE, u64::from(seq));
    TraceId(base, own.bits())
}

impl<T: Target, C: Clock, K: Sink> Stage for CellStage<T, C, K> {
    type Clock = C;

    fn clock(&self) -> &C {
        &self.clock
    }

    async fn perform(&self, member: CitizenIndex, call: Call, intended: Moment) -> Outcome {
        // What the target lacks is not asked: it is no call, and no error.
        if !self.target.covers(call.operation.name()) {
            return Outcome::Indeterminate(Loss::NotSent);
        }
        let _busy = self.board.quiet().call();
        let asked = self.place.asked(self.board.next_seq(self.place.cell), member, call, intended);
        let sent = self.clock.now();
        let under_way = UnderWay::new(asked, |asked| {
            self.board.observe(self.place.observation(asked, given_up(sent, self.clock.now())));
        });
        let Some(asked) = under_way.asked() else { return Outcome::Indeterminate(Loss::NotSent) };
        let answer = self.target.call(&asked.call, asked.trace).await;
        let outcome = answer.outcome.clone();
        if let Some(asked) = under_way.answered() {
            self.board.observe(self.place.observation(asked, answer));
        }
        outcome
    }

    async fn await_sms(
        &self,
        phone: PhoneNumber,
        purpose: SmsPurpose,
        after: Moment,
        until: Moment,
    ) -> Option<Received> {
        let inbox = self.board.inbox(phone)?;
        let busy = self.board.quiet().wait();
        let came = inbox.wait(&self.clock, purpose, Moment(after.0 + 1), until).await;
        if came.is_some() {
            busy.has_come();
        }
        came
    }
}
