//! The thread that writes: everything arrives, nothing is dropped, a full disk is told.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, channel};

use songsinh_record::{Batch, Frame, FrameKind, Reader, RecordError, RecorderThread, Writer};

use crate::frames;
use crate::round_trip::footer;

/// A disk with room for so many bytes.
#[derive(Debug)]
struct SmallDisk {
    room: usize,
}

impl Write for SmallDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        Ok(taken)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A disk that takes a write only after the test has allowed it.
struct SlowDisk {
    allow: Receiver<()>,
    bytes: Vec<u8>,
    done: Sender<Vec<u8>>,
}

impl Write for SlowDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.allow.recv().ok();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.done.send(std::mem::take(&mut self.bytes)).ok();
        Ok(())
    }
}

fn note(text: &str) -> Batch {
    let mut batch = Batch::default();
    batch.frame(&Frame::Note(text.into())).unwrap();
    batch
}

#[test]
fn what_many_workers_send_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.songsinh");
    let recorder = RecorderThread::start(Writer::create(&path, &frames::header()).unwrap(), 2);
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let handle = recorder.handle();
            scope.spawn(move || {
                for at in 0..50 {
                    let mut batch = handle.spare();
                    assert!(batch.is_empty());
                    batch.frame(&Frame::Note(format!("{worker} {at}").into())).unwrap();
                    handle.send(batch).unwrap();
                }
            });
        }
    });
    let late = recorder.handle();
    let stats = recorder.finish(footer()).unwrap();
    assert_eq!(stats.batches, 200);
    assert!(matches!(late.send(note("late")), Err(RecordError::Closed)));

    let read: Vec<Frame> = Reader::open(&path).unwrap().collect::<Result<_, _>>().unwrap();
    let Some(Frame::Footer(end)) = read.last() else { panic!("no footer") };
    assert_eq!((end.frames.of(FrameKind::Note), end.recorder_waits), (200, stats.waits));
    for worker in 0..4 {
        let mine: Vec<_> = read
            .iter()
            .filter_map(|frame| match frame {
                Frame::Note(text) => text.strip_prefix(&format!("{worker} ")).map(|at| at.parse::<u32>().unwrap()),
                _ => None,
            })
            .collect();
        assert_eq!(mine, (0..50).collect::<Vec<_>>());
    }
}

#[test]
fn a_full_disk_is_told_to_workers_and_at_the_end() {
    let mut start = Vec::new();
    drop(Writer::new(&mut start, &frames::header()).unwrap());
    let writer = Writer::new(SmallDisk { room: start.len() + 20 }, &frames::header()).unwrap();
    let recorder = RecorderThread::start(writer, 1);
    let handle = recorder.handle();
    let refused = (0..1_000).find_map(|_| handle.send(note("a note of more than twenty bytes")).err());
    assert!(matches!(refused, Some(RecordError::Write { .. })), "{refused:?}");
    assert!(recorder.failure().is_some_and(|error| error.to_string().contains("could not be written whole")));
    assert!(matches!(recorder.finish(footer()), Err(RecordError::Write { .. })));
}

#[test]
fn a_full_queue_is_counted_and_drops_nothing() {
    let (allow, allowed) = channel();
    let (done, written) = channel();
    for _ in 0..2 {
        allow.send(()).unwrap();
    }
    let disk = SlowDisk { allow: allowed, bytes: Vec::new(), done };
    let recorder = RecorderThread::start(Writer::new(disk, &frames::header()).unwrap(), 1);
    let handle = recorder.handle();
    let worker = std::thread::spawn(move || (0..6).try_for_each(|at| handle.send(note(&at.to_string()))));
    // The disk stands still until the worker has met a full queue.
    while recorder.stats().waits == 0 {
        std::thread::yield_now();
    }
    drop(allow);
    worker.join().unwrap().unwrap();
    let stats = recorder.finish(footer()).unwrap();
    assert!(stats.waits > 0);
    let bytes = written.recv().unwrap();
    let Some(Ok(Frame::Footer(end))) = Reader::new(bytes.as_slice()).unwrap().last() else { panic!("no footer") };
    assert_eq!((end.frames.of(FrameKind::Note), end.recorder_waits), (6, stats.waits));
}
