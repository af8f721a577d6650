//! Writes a record: header, frames, footer. After the first error nothing more is written, and every later call gives
//! that error again.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use crate::format::{FORMAT_VERSION, MAGIC};
use crate::{Batch, Frame, FrameCounts, FrameKind, RecordError, RunFooter, RunHeader};

/// A record being written.
#[derive(Debug)]
pub struct Writer<W: Write> {
    sink: W,
    batch: Batch,
    counts: FrameCounts,
    written: u64,
    failed: Option<RecordError>,
}

impl Writer<BufWriter<File>> {
    /// Creates the file and writes the header.
    ///
    /// # Errors
    /// When the file cannot be created or written.
    pub fn create(path: &Path, header: &RunHeader) -> Result<Self, RecordError> {
        let file = File::create(path)
            .map_err(|source| RecordError::Create { path: path.display().to_string(), source: Arc::new(source) })?;
        Self::new(BufWriter::with_capacity(1 << 18, file), header)
    }
}

impl<W: Write> Writer<W> {
    /// Starts a record: magic, version, header.
    ///
    /// # Errors
    /// When the sink does not take it, or the header is larger than a frame may be.
    pub fn new(sink: W, header: &RunHeader) -> Result<Self, RecordError> {
        let mut writer =
            Self { sink, batch: Batch::default(), counts: FrameCounts::default(), written: 0, failed: None };
        let mut start = MAGIC.to_vec();
        start.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        writer.raw(&start)?;
        writer.own(FrameKind::Header, header)?;
        Ok(writer)
    }
    /// Bytes written so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }
    /// Frames written so far.
    #[must_use]
    pub fn counts(&self) -> &FrameCounts {
        &self.counts
    }
    /// Writes one frame.
    ///
    /// # Errors
    /// When the sink does not take it, or the frame is too large or not allowed here.
    pub fn write(&mut self, frame: &Frame) -> Result<(), RecordError> {
        self.with_batch(|batch| batch.frame(frame))
    }
    /// Writes what one call of [`Batch`] adds, for example `writer.with_batch(|batch| batch.observation(&seen))`.
    ///
    /// # Errors
    /// When the sink does not take it, or what `fill` gives.
    pub fn with_batch(&mut self, fill: impl FnOnce(&mut Batch) -> Result<(), RecordError>) -> Result<(), RecordError> {
        let mut batch = std::mem::take(&mut self.batch);
        batch.clear();
        let filled = fill(&mut batch);
        let wrote = self.append(&batch);
        self.batch = batch;
        filled.and(wrote)
    }
    /// Writes frames that were encoded elsewhere.
    ///
    /// # Errors
    /// When the sink does not take them.
    pub fn append(&mut self, batch: &Batch) -> Result<(), RecordError> {
        self.raw(batch.bytes())?;
        self.counts.merge(batch.counts());
        Ok(())
    }
    /// Writes the footer with the counts of the frames, and flushes.
    ///
    /// # Errors
    /// When the sink does not take it.
    pub fn finish(mut self, footer: RunFooter) -> Result<W, RecordError> {
        let footer = RunFooter { frames: self.counts, ..footer };
        self.own(FrameKind::Footer, &footer)?;
        self.sink.flush().map_err(RecordError::write)?;
        Ok(self.sink)
    }

    fn own<T: serde::Serialize>(&mut self, kind: FrameKind, content: &T) -> Result<(), RecordError> {
        let mut batch = Batch::default();
        batch.put(kind, content)?;
        self.raw(batch.bytes())
    }
    fn raw(&mut self, bytes: &[u8]) -> Result<(), RecordError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match self.sink.write_all(bytes) {
            Ok(()) => {
                self.written += bytes.len() as u64;
                Ok(())
            }
            Err(source) => {
                let error = RecordError::write(source);
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }
}
