//! One keep-alive connection, and one exchange on it.
//!
//! Invariant: it reads while it writes, so a server that answers early cannot block it; every byte comes under the
//! deadline; the clock is read twice for an answer that comes in one piece (sent, done).

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use songsinh_contract::{Clock, Moment};
use tokio::time::{Instant, Sleep};

use crate::answer::{Answer, Progress};
use crate::failure::Why;
use crate::stream::Stream;

/// A connection idle for longer is looked at through the host before it is used again.
const TRUSTED_IDLE: Duration = Duration::from_millis(5);

/// An open connection with its buffers and its timer, which serve for all its exchanges.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: Stream,
    pub(crate) answer: Answer,
    timer: Pin<Box<Sleep>>,
    idle_since: Moment,
    pub(crate) usable: bool,
}

/// When the parts of an answer came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) first_byte: Moment,
    pub(crate) done: Moment,
}

/// An exchange that failed.
#[derive(Debug)]
pub(crate) struct Broken {
    /// Whether a byte of the request may have gone out.
    pub(crate) any_sent: bool,
    pub(crate) why: Why,
}

/// Until when an answer may take: by the run's clock and by Tokio's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    pub(crate) moment: Moment,
    pub(crate) instant: Instant,
    pub(crate) after_ms: u64,
}

struct Progressing<'a> {
    request: &'a [u8],
    written: usize,
    flushed: bool,
    write_error: Option<ErrorKind>,
    first_byte: Option<Moment>,
}

impl Connection {
    pub(crate) fn new(stream: Stream, answer_bytes: usize, deadline: Instant, now: Moment) -> Self {
        let timer = Box::pin(tokio::time::sleep_until(deadline));
        Self { stream, answer: Answer::new(answer_bytes), timer, idle_since: now, usable: true }
    }

    /// Whether the server seems to have closed (or said something) while the connection was idle. Free of system calls
    /// for one that was used just now.
    pub(crate) fn is_stale(&mut self, now: Moment) -> bool {
        if now.since(self.idle_since) > TRUSTED_IDLE && self.stream.was_closed() {
            return true;
        }
        self.answer.begin(false);
        let mut nobody = Context::from_waker(std::task::Waker::noop());
        self.stream.poll_read(&mut nobody, self.answer.room()).is_ready()
    }

    /// Sends `request` and takes in the whole answer.
    pub(crate) async fn carry<C: Clock>(
        &mut self,
        request: &[u8],
        clock: &C,
        deadline: Deadline,
    ) -> Result<Times, Broken> {
        self.usable = false;
        self.answer.begin(request.starts_with(b"HEAD "));
        self.timer.as_mut().reset(deadline.instant);
        let mut state = Progressing { request, written: 0, flushed: false, write_error: None, first_byte: None };
        let ended = poll_fn(|cx| self.poll_exchange(cx, &mut state, clock, deadline)).await;
        match ended {
            Ok(done) => {
                self.usable = self.answer.leaves_connection_usable() && state.written == request.len() && state.flushed;
                self.idle_since = done;
                Ok(Times { first_byte: state.first_byte.unwrap_or(done), done })
            }
            Err(why) => {
                let any_sent = state.written > 0 || !self.stream.tells_what_was_sent();
                Err(Broken { any_sent, why })
            }
        }
    }

    fn poll_exchange<C: Clock>(
        &mut self,
        cx: &mut Context<'_>,
        state: &mut Progressing<'_>,
        clock: &C,
        deadline: Deadline,
    ) -> Poll<Result<Moment, Why>> {
        self.write(cx, state);
        if let Some(kind) = state.write_error
            && state.written == 0
        {
            return Poll::Ready(Err(Why::WriteFailed(kind)));
        }
        let timed_out = Why::AnswerTimedOut { after_ms: deadline.after_ms };
        while let Poll::Ready(read) = self.stream.poll_read(cx, self.answer.room()) {
            let now = clock.now();
            match read {
                Ok(0) => return Poll::Ready(self.answer.ended().map(|()| now).map_err(|why| lost(why, state))),
                Ok(count) => {
                    state.first_byte.get_or_insert(now);
                    match self.answer.advance(count) {
                        Ok(Progress::Complete) => return Poll::Ready(Ok(now)),
                        Ok(Progress::More) if now > deadline.moment => return Poll::Ready(Err(timed_out)),
                        Ok(Progress::More) => {}
                        Err(why) => return Poll::Ready(Err(why)),
                    }
                }
                Err(error) => return Poll::Ready(Err(lost(Why::ConnectionLost(error.kind()), state))),
            }
        }
        if self.timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(timed_out));
        }
        Poll::Pending
    }

    /// Writes what can be written now. After an error the answer is still read, since servers often tell before they
    /// close why they did not want the rest.
    fn write(&mut self, cx: &mut Context<'_>, state: &mut Progressing<'_>) {
        while state.write_error.is_none() && state.written < state.request.len() {
            match self.stream.poll_write(cx, &state.request[state.written..]) {
                Poll::Ready(Ok(0)) => state.write_error = Some(ErrorKind::WriteZero),
                Poll::Ready(Ok(count)) => state.written += count,
                Poll::Ready(Err(error)) => state.write_error = Some(error.kind()),
                Poll::Pending => return,
            }
        }
        if state.write_error.is_none() && !state.flushed {
            match self.stream.poll_flush(cx) {
                Poll::Ready(Ok(())) => state.flushed = true,
                Poll::Ready(Err(error)) => state.write_error = Some(error.kind()),
                Poll::Pending => {}
            }
        }
    }
}

/// An end of the connection without an answer, after the writing had failed, is told as the failed writing.
fn lost(why: Why, state: &Progressing<'_>) -> Why {
    match (state.write_error, why) {
        (Some(kind), Why::ClosedBeforeAnswer | Why::ConnectionLost(_)) => Why::WriteFailed(kind),
        (_, why) => why,
    }
}
