//! The preparation in real time: rounds of stories on the workers, before the run's own time begins.
//!
//! Invariant: what is played here stands in a file of its own until the record is begun, whose header tells a time that
//! is known only then; from there it goes into the record, behind the header.

use std::path::PathBuf;
use std::time::Duration;

use songsinh_contract::{Act, Clock};
use songsinh_kernel::RealClock;
use songsinh_record::{
    InvalidReason, Reader, RecordError, RecorderHandle, RecorderThread, RunFooter, RunHeader, Writer,
};

use super::load::Load;
use super::{Event, RECORD_QUEUE, Setting, World};
use crate::casting::{Casting, Known};
use crate::error::RunError;
use crate::prepare::Preparation;

/// How long after its making a round begins.
const LEAD: Duration = Duration::from_millis(100);
/// The file that holds the frames of the preparation.
const SPOOL: &str = "prepare.songsinh";

/// Frames that wait for the record.
pub(super) struct Spool {
    path: PathBuf,
    recorder: RecorderThread,
}

impl Spool {
    /// Begins it, beside the record that will be.
    pub(super) fn begin(setting: &Setting<'_>, header: &RunHeader) -> Result<Self, RunError> {
        let path = setting.request.out.join(SPOOL);
        let recorder = RecorderThread::start(Writer::create(&path, header)?, RECORD_QUEUE);
        Ok(Self { path, recorder })
    }
    pub(super) fn handle(&self) -> RecorderHandle {
        self.recorder.handle()
    }
    /// Brings all its frames into the record, and is gone.
    pub(super) fn pour(self, record: &RecorderHandle) -> Result<(), RunError> {
        self.recorder.finish(RunFooter::default())?;
        let poured = pour(&self.path, record);
        let removed = std::fs::remove_file(&self.path);
        poured?;
        removed.map_err(|error| RunError::Io { path: self.path, error })
    }
}

/// Bytes that are handed over together.
const BATCH_BYTES: usize = 1 << 16;

fn pour(path: &std::path::Path, record: &RecorderHandle) -> Result<(), RecordError> {
    let mut batch = record.spare();
    for frame in Reader::open(path)? {
        match frame? {
            songsinh_record::Frame::Footer(_) => break,
            frame => batch.frame(&frame)?,
        }
        if batch.len() >= BATCH_BYTES {
            record.send(std::mem::replace(&mut batch, record.spare()))?;
        }
    }
    record.send(batch)
}

/// Plays rounds until everybody is ready or time is up. Gives the cast of the load and what is known of its people, or
/// why there can be no load.
pub(super) async fn prepare(
    setting: &Setting<'_>,
    mut preparation: Preparation,
    load: &mut Load<'_>,
    world: &mut World,
    tell: &mut dyn FnMut(Event),
) -> Result<(Casting, Known), Vec<InvalidReason>> {
    let clock = RealClock::new();
    let begun = clock.now();
    let (wanted, ready) = preparation.count();
    tell(Event::Said(format!("prepare  {wanted} people wanted in their state, {ready} known from earlier runs")));
    let mut invalid = Vec::new();
    while !preparation.is_done() && !setting.figures.load.is_stopped() && invalid.is_empty() {
        let Some(round) = preparation.round(clock.now().since(begun)) else { break };
        let rest = round.plan.given_up.saturating_sub(round.plan.ends);
        load.act = Act::Prepare;
        load.length = round.plan.ends;
        load.drain = rest;
        load.wanted = preparation.count().0;
        let stage = setting.shared(round.plan, round.casting, round.known, clock.now() + LEAD);
        let ended = load.make(&stage, world, tell).await;
        load.lookups += ended.lookups;
        invalid = ended.invalid;
        preparation.hear(&std::mem::take(&mut load.heard));
    }
    let (wanted, ready) = preparation.count();
    tell(Event::Said(format!(
        "prepare  {ready} of {wanted} people ready after {} s",
        clock.now().since(begun).as_secs()
    )));
    if !invalid.is_empty() {
        return Err(invalid);
    }
    if setting.figures.load.is_interrupted() {
        return Err(Vec::new());
    }
    preparation.end(&setting.figures.prepare).map_err(|reason| vec![reason])
}
