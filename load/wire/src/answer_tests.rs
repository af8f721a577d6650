//! Answers in every coding, split everywhere, broken in every way.

use proptest::prelude::*;

use super::*;

/// What an answer told, as owned values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    status: u16,
    reason: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    reusable: bool,
}

/// Feeds `bytes` in pieces of the given sizes (repeated), then the end of the connection.
fn feed(answer: &mut Answer, bytes: &[u8], pieces: &[usize], to_head: bool) -> Result<Told, Why> {
    answer.begin(to_head);
    let (mut rest, mut piece) = (bytes, 0);
    let mut complete = false;
    while !rest.is_empty() && !complete {
        let room = answer.room();
        assert!(!room.is_empty());
        let size = pieces.get(piece % pieces.len().max(1)).copied().unwrap_or(usize::MAX).max(1);
        let count = size.min(room.len()).min(rest.len());
        room[..count].copy_from_slice(&rest[..count]);
        rest = &rest[count..];
        piece += 1;
        complete = answer.advance(count)? == Progress::Complete;
        assert!(answer.buffer.len() + answer.decoded.len() <= 2 * HEAD_LIMIT + 2 * answer.limit);
    }
    if !complete {
        answer.ended()?;
    }
    let view = answer.view();
    Ok(Told {
        status: view.status,
        reason: view.reason.into(),
        headers: view.headers.iter().map(|(name, value)| (name.into(), value.into())).collect(),
        body: view.body.into(),
        reusable: answer.leaves_connection_usable() && rest.is_empty(),
    })
}

fn told(bytes: &[u8]) -> Result<Told, Why> {
    feed(&mut Answer::new(1 << 20), bytes, &[], false)
}

#[derive(Debug, Clone, Copy)]
enum Coding {
    Length,
    Chunks,
    Close,
}

/// The bytes of an answer in a coding; `cuts` are the sizes of its chunks.
fn encode(status: u16, headers: &[(String, String)], body: &[u8], coding: Coding, cuts: &[usize]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} So So\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend(format!("x-{name}: {value}\r\n").bytes());
    }
    match coding {
        Coding::Length => bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes()),
        Coding::Close => bytes.extend(b"\r\n"),
        Coding::Chunks => {
            bytes.extend(b"transfer-encoding: Chunked\r\n\r\n");
            let (mut rest, mut cut) = (body, cuts.iter().cycle());
            while !rest.is_empty() {
                let size = cut.next().copied().unwrap_or(7).clamp(1, rest.len());
                // Extensions on few, since their length in all is limited.
                let extension = if rest.len() % 16 == 0 { ";a=\"b\"" } else { "" };
                bytes.extend(format!("{size:x}{extension}\r\n").bytes());
                bytes.extend(&rest[..size]);
                bytes.extend(b"\r\n");
                rest = &rest[size..];
            }
            bytes.extend(b"000\r\nTrailer: one\r\n\r\n");
            return bytes;
        }
    }
    bytes.extend(body);
    bytes
}

fn coding() -> impl Strategy<Value = Coding> {
    prop_oneof![Just(Coding::Length), Just(Coding::Chunks), Just(Coding::Close)]
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![Just(1_usize), 1..20_usize, 1..5_000_usize], 1..6)
}

fn fields() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(("[a-z]{1,12}", "[!-~]([ -~]{0,30}[!-~])?"), 0..8)
}

proptest! {
    #[test]
    fn an_answer_is_the_same_in_every_coding_and_split(
        status in prop_oneof![200..204_u16, 205..304_u16, 305..600_u16],
        fields in fields(),
        body in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), prop::collection::vec(any::<u8>(), 0..20_000)],
        coding in coding(), cuts in sizes(), pieces in sizes(),
        interim in prop::collection::vec(prop_oneof![Just(100_u16), Just(103_u16)], 0..3),
    ) {
        let mut bytes: Vec<u8> = interim.iter().flat_map(|code| format!("HTTP/1.1 {code} x\r\na: b\r\n\r\n").into_bytes()).collect();
        bytes.extend(encode(status, &fields, &body, coding, &cuts));
        let mut answer = Answer::new(1 << 20);
        // Twice, since the buffers are used again.
        for _ in 0..2 {
            let told = feed(&mut answer, &bytes, &pieces, false).unwrap();
            prop_assert_eq!((told.status, told.reason.as_str()), (status, "So So"));
            let want: Vec<_> = fields.iter().map(|(name, value)| (format!("x-{name}"), value.clone().into_bytes())).collect();
            prop_assert_eq!(&told.headers[..want.len()], &want[..]);
            prop_assert_eq!(&told.body, &body);
            prop_assert_eq!(told.reusable, !matches!(coding, Coding::Close));
        }
    }

    #[test]
    fn any_bytes_in_any_split_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), pieces in sizes(), to_head: bool) {
        let _ = feed(&mut Answer::new(64), &bytes, &pieces, to_head);
    }

    /// Broken ones near to right ones: some bytes changed, or the end cut off.
    #[test]
    fn damaged_answers_never_panic_and_keep_the_limit(
        body in prop::collection::vec(any::<u8>(), 0..200), coding in coding(), cuts in sizes(), pieces in sizes(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = encode(200, &[], &body, coding, &cuts);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        if let Ok(told) = feed(&mut Answer::new(150), &bytes, &pieces, false) {
            prop_assert!(told.body.len() <= 150);
        }
    }

    /// A cut answer is never taken for a whole one, unless its end is the connection's.
    #[test]
    fn a_cut_answer_is_not_an_answer(body in prop::collection::vec(any::<u8>(), 1..100), chunks: bool, cuts in sizes(), cut in any::<prop::sample::Index>()) {
        let coding = if chunks { Coding::Chunks } else { Coding::Length };
        let bytes = encode(200, &[], &body, coding, &cuts);
        let cut = cut.index(bytes.len());
        let want = if cut == 0 { Why::ClosedBeforeAnswer } else { Why::ClosedMidAnswer };
        prop_assert_eq!(told(&bytes[..cut]), Err(want));
    }
}

#[test]
fn answers_without_a_body_end_with_their_head() {
    for (status, to_head) in [(204, false), (304, false), (200, true), (404, true)] {
        let bytes = format!("HTTP/1.1 {status} \r\nContent-Length: 500\r\nTransfer-Encoding: chunked\r\n\r\n");
        let told = feed(&mut Answer::new(10), bytes.as_bytes(), &[3], to_head).unwrap();
        assert_eq!((told.status, told.body.len(), told.reusable), (status, 0, true));
    }
}

#[test]
fn connections_are_kept_only_where_both_sides_know_the_end() {
    let cases = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: foo, Close\r\n\r\nab", false),
        ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nab", false),
        ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nab", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab surplus", false),
        ("HTTP/1.1 200 OK\r\n\r\nab", false),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nab", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nsurplus", false),
    ];
    for (bytes, reusable) in cases {
        let mut told = told(bytes.as_bytes()).unwrap();
        told.body.truncate(2);
        assert_eq!((told.body.as_slice(), told.reusable), (&b"ab"[..], reusable), "{bytes}");
    }
}

#[test]
fn broken_framing_is_said() {
    let sized = |length: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    let chunked = |chunks: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    let cases = [
        sized("-1"),
        sized(""),
        sized("+5"),
        sized("1, 2"),
        sized("99999999999999999999999"),
        chunked("\r\n"),
        chunked("x\r\n"),
        chunked("00000000000000001\r\n"),
        chunked("1\r\nabc"),
        chunked("1\nabc"),
        chunked("0\r\n\n"),
        chunked(&format!("1;{}\r\n", "e".repeat(20_000))),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n".into(),
        "HTTP/1.1 101 Switching\r\n\r\n".into(),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(17),
    ];
    for bytes in cases {
        assert!(matches!(told(bytes.as_bytes()), Err(Why::BadFraming(_))), "{bytes:.80}");
    }
    assert!(matches!(told(b"SSH-2.0-OpenSSH_9\r\n"), Err(Why::NotHttp(_))));
    assert!(matches!(told(b"HTTP/1.1 099 Low\r\n\r\n"), Err(Why::NotHttp(_))));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(200));
    assert_eq!(told(many.as_bytes()), Err(Why::NotHttp(httparse::Error::TooManyHeaders)));
}

#[test]
fn long_answers_are_refused_early() {
    let long_head = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(70_000));
    assert_eq!(told(long_head.as_bytes()), Err(Why::HeadTooLong { limit: HEAD_LIMIT }));
    let limit = 100;
    for start in ["Content-Length: 101\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n65\r\n"] {
        let bytes = format!("HTTP/1.1 200 OK\r\n{start}");
        let refused = feed(&mut Answer::new(limit), bytes.as_bytes(), &[], false);
        assert_eq!(refused, Err(Why::BodyTooLong { limit }));
    }
    let until_close = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[b'z'; 101]].concat();
    assert_eq!(feed(&mut Answer::new(limit), &until_close, &[], false), Err(Why::BodyTooLong { limit }));
    let just = feed(&mut Answer::new(limit), &until_close[..until_close.len() - 1], &[], false).unwrap();
    assert_eq!(just.body.len(), limit);
}
