//! What one worker knows of its live cells: who is in them, what was observed, which messages came.
//!
//! Invariant: an observation, a message and the facts of a cell leave the board together, as one batch of frames, when
//! the cell is closed; a record therefore holds every cell in one piece. A cell is closed once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use songsinh_contract::{Act, CellFacts, CellId, Fate, LookupEvent, Moment, Observation, PhoneNumber, SmsEvent};
use songsinh_oracle::Judge;
use songsinh_phone::{Inbox, Patterns, Received};
use songsinh_record::{Abandoned, Batch, JourneyEnded, RecordError};

use crate::progress::{Figures, Progress};
use crate::quiet::Quiet;

/// Where closed cells go.
pub trait Sink {
    /// An empty batch to fill.
    fn spare(&self) -> Batch;
    /// Takes a filled one.
    ///
    /// # Errors
    /// When the record cannot be written any more.
    fn put(&self, batch: Batch) -> Result<(), RecordError>;
}

struct Live {
    facts: CellFacts,
    observations: Vec<Observation>,
    next_seq: u32,
    ended: Option<JourneyEnded>,
}

struct Line {
    cell: CellId,
    act: Act,
    inbox: Inbox,
    messages: Vec<SmsEvent>,
}

/// The live cells of a worker.
pub struct Board<K: Sink> {
    sink: K,
    patterns: Arc<Patterns>,
    judge: Arc<Judge>,
    figures: Figures,
    cells: RefCell<FxHashMap<CellId, Live>>,
    lines: RefCell<FxHashMap<PhoneNumber, Line>>,
    by_message: RefCell<FxHashMap<u64, PhoneNumber>>,
    failed: RefCell<Option<RecordError>>,
    observed: Cell<u64>,
    quiet: Quiet,
}

impl<K: Sink> Board<K> {
    /// An empty board for cells of the load alone, counted in `progress`.
    pub fn of_load(sink: K, patterns: Arc<Patterns>, judge: Arc<Judge>, progress: &Arc<Progress>) -> Rc<Self> {
        Self::new(sink, patterns, judge, Figures::around(progress))
    }
    /// An empty board.
    pub(crate) fn new(sink: K, patterns: Arc<Patterns>, judge: Arc<Judge>, figures: Figures) -> Rc<Self> {
        Rc::new(Self::unshared(sink, patterns, judge, figures))
    }
    /// An empty board for an owner that shares it in its own way.
    pub(crate) fn unshared(sink: K, patterns: Arc<Patterns>, judge: Arc<Judge>, figures: Figures) -> Self {
        Self {
            sink,
            patterns,
            judge,
            figures,
            cells: RefCell::default(),
            lines: RefCell::default(),
            by_message: RefCell::default(),
            failed: RefCell::default(),
            observed: Cell::new(0),
            quiet: Quiet::default(),
        }
    }
    /// Puts a cell on the board, before its first call.
    pub fn open(&self, facts: CellFacts) {
        let mut lines = self.lines.borrow_mut();
        for &phone in &facts.phones {
            lines.insert(phone, Line { cell: facts.cell, act: facts.act, inbox: Inbox::new(), messages: Vec::new() });
        }
        let live = Live { observations: Vec::with_capacity(16), next_seq: 0, ended: None, facts };
        self.cells.borrow_mut().insert(live.facts.cell, live);
    }
    /// The next sequence number of a cell's calls.
    pub fn next_seq(&self, cell: CellId) -> u32 {
        let mut cells = self.cells.borrow_mut();
        let Some(live) = cells.get_mut(&cell) else { return 0 };
        live.next_seq += 1;
        live.next_seq - 1
    }
    /// Takes an observation.
    pub fn observe(&self, observation: Observation) {
        self.observed.set(self.observed.get() + 1);
        if let Some(live) = self.cells.borrow_mut().get_mut(&observation.cell) {
            self.figures.of(live.facts.act).answered(&observation);
            live.observations.push(observation);
        }
    }
    /// The inbox of a phone, if it belongs to a live cell.
    pub fn inbox(&self, phone: PhoneNumber) -> Option<Inbox> {
        self.lines.borrow().get(&phone).map(|line| line.inbox.clone())
    }
    /// The gateway took a message. It is kept if it is for a phone of a live cell.
    pub fn sms_accepted(&self, id: u64, to: PhoneNumber, text: &str, accepted: Moment) {
        let mut lines = self.lines.borrow_mut();
        let Some(line) = lines.get_mut(&to) else { return };
        let (purpose, code) = self.patterns.classify(text).unzip();
        let code = code.flatten();
        let event = SmsEvent { id, to, text: text.into(), purpose, code, accepted, fate: Fate::Pending };
        let figures = self.figures.of(line.act);
        if event.code.is_some() {
            Progress::add(&figures.codes_seen);
        }
        Progress::add(&figures.sms_accepted);
        line.messages.push(event);
        self.by_message.borrow_mut().insert(id, to);
    }
    /// A message reached its phone.
    pub fn sms_delivered(&self, id: u64, at: Moment) {
        let Some(&to) = self.by_message.borrow().get(&id) else { return };
        let mut lines = self.lines.borrow_mut();
        let Some(line) = lines.get_mut(&to) else { return };
        let Some(event) = line.messages.iter_mut().find(|event| event.id == id) else { return };
        event.fate = match event.fate {
            Fate::Delivered(first) => Fate::Doubled(first, at),
            _ => {
                Progress::add(&self.figures.of(line.act).sms_delivered);
                Fate::Delivered(at)
            }
        };
        let text: Arc<str> = event.text.as_ref().into();
        line.inbox.push(Received { purpose: event.purpose, code: event.code, at, text });
    }
    /// A message will never arrive.
    pub fn sms_lost(&self, id: u64) {
        let Some(&to) = self.by_message.borrow().get(&id) else { return };
        if let Some(line) = self.lines.borrow_mut().get_mut(&to)
            && let Some(event) = line.messages.iter_mut().find(|event| event.id == id)
        {
            event.fate = Fate::Lost;
            Progress::add(&self.figures.of(line.act).sms_lost);
        }
    }
    /// Remembers how a cell's journey ended.
    pub fn ended(&self, ended: JourneyEnded) {
        if let Some(live) = self.cells.borrow_mut().get_mut(&ended.cell) {
            live.ended = Some(ended);
        }
    }
    /// Takes a cell off the board: judges it for the live display, and hands its frames on.
    pub fn close(&self, cell: CellId) {
        let Some(live) = self.cells.borrow_mut().remove(&cell) else { return };
        let mut messages = Vec::new();
        for phone in &live.facts.phones {
            let mut lines = self.lines.borrow_mut();
            if lines.get(phone).is_some_and(|line| line.cell == cell)
                && let Some(line) = lines.remove(phone)
            {
                let mut by_message = self.by_message.borrow_mut();
                for event in &line.messages {
                    by_message.remove(&event.id);
                }
                messages.extend(line.messages);
            }
        }
        messages.sort_by_key(|event| event.id);
        let mut observations = live.observations;
        observations.sort_by_key(|observation| observation.seq);
        let verdict = self.judge.cell(&live.facts, &observations, &messages);
        self.figures.judged(live.facts.act, &verdict);
        self.write(|batch| {
            batch.cell(&live.facts)?;
            observations.iter().try_for_each(|observation| batch.observation(observation))?;
            messages.iter().try_for_each(|event| batch.sms(event))?;
            if let Some(ended) = live.ended {
                batch.journey_ended(ended)?;
            }
            batch.cell_closed(cell)
        });
    }
    /// Closes whatever is still open, in the order of the cells.
    pub fn close_all(&self) {
        let mut open: Vec<CellId> = self.cells.borrow().keys().copied().collect();
        open.sort_unstable();
        open.into_iter().for_each(|cell| self.close(cell));
    }
    /// Writes that a citizen could not start.
    pub fn abandoned(&self, abandoned: Abandoned) {
        self.write(|batch| batch.abandoned(abandoned));
    }
    /// Writes what the population service was asked.
    pub fn lookups(&self, events: &[LookupEvent]) {
        self.write(|batch| events.iter().try_for_each(|event| batch.lookup(event)));
    }
    /// What is under way.
    pub(crate) fn quiet(&self) -> &Quiet {
        &self.quiet
    }
    /// How many calls were observed.
    pub fn observed(&self) -> u64 {
        self.observed.get()
    }
    /// Why the record cannot be written, if so.
    pub fn failure(&self) -> Option<RecordError> {
        self.failed.borrow().clone()
    }
    fn write(&self, fill: impl FnOnce(&mut Batch) -> Result<(), RecordError>) {
        let mut batch = self.sink.spare();
        let written = fill(&mut batch).and_then(|()| self.sink.put(batch));
        if let Err(error) = written {
            self.failed.borrow_mut().get_or_insert(error);
        }
    }
}
