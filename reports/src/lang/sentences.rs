//! What other crates say in English only, in both languages: why a run is invalid, what is wrong with an answer, hints,
//! statistical tests.

use songsinh_contract::Rule;
use songsinh_oracle::FindingKind;
use songsinh_record::{AbandonReason, InvalidReason};

use super::Lang;
use crate::words::{count, micros, reasons};

/// Why the run says nothing, and what to do.
pub(crate) fn invalid_text(reason: &InvalidReason, lang: Lang) -> String {
    if lang == Lang::En {
        return reason.to_string();
    }
    let n = |number: u64| count(number, lang);
    match reason {
        InvalidReason::ExcessLag { p99_us, bound_us } => format!(
            "hành trình bắt đầu chậm: p99 {}, cho phép {}; cho bộ tạo tải một lõi riêng hoặc giảm tốc độ",
            micros(*p99_us as f64, lang),
            micros(*bound_us as f64, lang)
        ),
        InvalidReason::DirtyPeople { dirty, people } => format!(
            "hệ thống không sạch: đã biết {} trong {} người từ trước; hãy đặt lại hệ thống, hoặc giữ sổ người của các lượt trước",
            n(*dirty),
            n(*people)
        ),
        InvalidReason::UnmappedAnswers { unexplained, answers } => format!(
            "{} trong {} câu trả lời không được hồ sơ giải thích hoặc do bên khác trả lời; khai báo ở «answers» hoặc «edge»",
            n(*unexplained),
            n(*answers)
        ),
        InvalidReason::NoSms { requests } => format!(
            "{} yêu cầu mã được chấp nhận mà không có tin nhắn nào đến cổng SMS của ta; kiểm tra nơi hệ thống gửi SMS",
            n(*requests)
        ),
        InvalidReason::RecordTruncated { at } => format!("bản ghi bị cắt hoặc hỏng tại byte {}", n(*at)),
        InvalidReason::RecordUnwritten { why } => format!("không ghi được trọn bản ghi: {why}"),
        InvalidReason::MustDecide { rule, wanted, got } => {
            format!("quy tắc {rule} được phán xét {} lần, kịch bản đòi {}", n(*got), n(*wanted))
        }
        InvalidReason::Crashed { what } => format!("một phần của chương trình bị hỏng: {what}"),
        InvalidReason::FewCompleted { completed, started } => {
            format!("chỉ {} trong {} hành trình đi đến cùng; xem lý do ở dưới", n(*completed), n(*started))
        }
        InvalidReason::LeftUnderWay { left, started } => {
            format!("{} trong {} hành trình còn dở khi lượt chạy kết thúc; tăng `drain`", n(*left), n(*started))
        }
        InvalidReason::CanaryFailed { why } => format!("chưa tạo tải: {why}"),
        InvalidReason::Unprepared { wanted, ready, why } => format!(
            "chỉ chuẩn bị được {} trong {} người nên chưa tạo tải: {why}; tăng thời gian hoặc tốc độ của `prepare.journeys`, hoặc đòi ít hơn ở `people`",
            n(*ready),
            n(*wanted)
        ),
        InvalidReason::EventFailed { what, why } => format!("một sự kiện không thực hiện được: {what}: {why}"),
        InvalidReason::LimitReached { what } => format!("chạm một giới hạn: {what}"),
    }
}

/// Why a run is invalid, by the stable word alone.
pub(crate) fn invalid_kind(kind: &str) -> &'static str {
    match kind {
        "excess-lag" => "bộ tạo tải bị chậm",
        "dirty-people" => "hệ thống không sạch",
        "unmapped-answers" => "nhiều câu trả lời không được giải thích",
        "no-sms" => "tin nhắn không đến",
        "record-truncated" => "bản ghi bị cắt",
        "record-unwritten" => "không ghi được bản ghi",
        "must-decide" => "phán xét được quá ít",
        "crashed" => "chương trình bị hỏng",
        "few-completed" => "quá ít hành trình đi đến cùng",
        "left-under-way" => "nhiều hành trình còn dở",
        "canary-failed" => "người đi thử không qua",
        "unprepared" => "không chuẩn bị đủ người",
        "event-failed" => "sự kiện không thực hiện được",
        _ => "chạm một giới hạn",
    }
}

/// What is wrong with an answer: the end of a sentence that begins with the step.
pub(crate) fn wrong_text(kind: &FindingKind, lang: Lang) -> String {
    if lang == Lang::En {
        return kind.to_string();
    }
    match kind {
        FindingKind::WronglyDone => "đã được thực hiện, lẽ ra phải bị từ chối".into(),
        FindingKind::WronglyRefused(set) if set.is_empty() => "bị từ chối, lẽ ra phải được thực hiện".into(),
        FindingKind::WronglyRefused(set) => {
            format!("bị từ chối vì {}, lẽ ra phải được thực hiện", reasons(*set, lang))
        }
        FindingKind::WrongMessage(set) => format!("từ chối đúng, nhưng sai thông báo: {}", reasons(*set, lang)),
        FindingKind::Untrue => "cho biết điều không đúng".into(),
        FindingKind::Leak => "chứa dữ liệu của công dân khác".into(),
        FindingKind::NoVerdict { status: 0 } => {
            "không phải là kết luận và không nêu thời gian chờ (Retry-After)".into()
        }
        FindingKind::NoVerdict { status } => format!("là lỗi máy chủ (mã {status})"),
        FindingKind::Message(id) => format!("tin nhắn {id} lẽ ra không được gửi"),
        FindingKind::MessageMissing => "tin nhắn phải có đã không đến".into(),
        FindingKind::CodeInAnswer(place) => format!("mã nằm ngay trong câu trả lời (chỗ {place})"),
        FindingKind::WordsDiffer => "lời lẽ để lộ tài khoản có tồn tại hay không".into(),
    }
}

/// Why a citizen could not start.
pub(crate) fn abandoned_text(why: AbandonReason, lang: Lang) -> &'static str {
    let vietnamese = match why {
        AbandonReason::TooManyInFlight => "quá nhiều người cùng lúc",
        AbandonReason::RunEnded => "lượt chạy đã hết",
        AbandonReason::OfferingStopped => "đã ngừng tạo tải",
        AbandonReason::NobodyLeft => "không còn ai để lấy",
    };
    lang.say(why.as_str(), vietnamese)
}

/// The oracle's hints, by how they begin, in Vietnamese.
const HINTS: [(&str, &str); 12] = [
    (
        "60 s more than the rulebook",
        "dài hơn quy định đúng 60 s: độ lệch đồng hồ mặc định của thư viện token (JwtTimestampValidator của Spring Security cho phép 60 s sau exp)",
    ),
    (
        "300 s more than the rulebook",
        "dài hơn quy định đúng 300 s: độ lệch đồng hồ mặc định của thư viện token (JwtBearer của .NET cho phép 5 phút sau exp)",
    ),
    ("30 s more than the rulebook", "dài hơn quy định đúng 30 s: thêm một bước thời gian, như bộ kiểm tra RFC 6238"),
    ("30 s:", "30 s: bước thời gian của RFC 6238"),
    ("300 s:", "300 s: mặc định thường gặp của thư viện OTP"),
    ("600 s:", "600 s: thời hạn dài nhất theo NIST SP 800-63B"),
    ("30 min:", "30 phút: thời hạn phiên mặc định của Spring Boot và Tomcat"),
    ("20 min:", "20 phút: thời hạn phiên mặc định của ASP.NET Core"),
    ("24 h:", "24 giờ: mặc định thường gặp của kho phiên"),
    (
        "ends up to 1 s before",
        "kết thúc sớm hơn quy định đến 1 s, lúc sớm lúc muộn trong giây đó: exp bị cắt về giây chẵn",
    ),
    ("up to 1 s less than", "ngắn hơn quy định đến 1 s: lệch một giây, hoặc exp bị cắt về giây chẵn"),
    ("up to 1 s more than", "dài hơn quy định đến 1 s: lệch một giây, hoặc dùng <= thay vì < trên giây chẵn"),
];

/// A hint of the oracle.
pub(crate) fn hint_text(hint: &str, lang: Lang) -> String {
    let known = HINTS.iter().find(|(begin, _)| hint.starts_with(begin));
    match (lang, known) {
        (Lang::Vi, Some((_, vietnamese))) => (*vietnamese).to_owned(),
        _ => hint.to_owned(),
    }
}

/// A statistical test of the oracle.
pub(crate) fn test_text(test: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return test.to_owned();
    }
    if let Some(digit) = test.strip_prefix("digit ").and_then(|rest| rest.split(' ').next()) {
        return format!("chữ số thứ {digit} của mã không phân bố đều (khi bình phương)");
    }
    match test {
        test if test.starts_with("codes fill") => "mã không trải đều trên một trăm khoảng (khi bình phương)".into(),
        test if test.contains("phone number") => "mã đi theo số điện thoại (tương quan)".into(),
        test if test.contains("the time") => "mã đi theo thời gian (tương quan)".into(),
        test => test.to_owned(),
    }
}

/// A remark of the run. Where people stopped is said in Vietnamese but for the name of the step; other remarks stand as
/// the run wrote them.
pub(crate) fn note_text(note: &str, lang: Lang) -> String {
    match (lang, note.split_once(": did not get beyond: ")) {
        (Lang::Vi, Some((who, step))) => {
            let act = |en: &str, vi: &str| who.strip_prefix(en).map(|rest| format!("{vi}, {rest}"));
            let prepared = act("prepare, ", "chuẩn bị").or_else(|| act("warm-up, ", "làm nóng"));
            format!("{}: không qua được bước «{step}»", prepared.as_deref().unwrap_or(who))
        }
        (Lang::Vi, None) if note.starts_with("virtual time: the restart of the twin was not played") => {
            "thời gian ảo: không diễn việc khởi động lại bản song sinh; ở đây dữ liệu của nó nằm trong bộ nhớ".into()
        }
        _ => note.to_owned(),
    }
}

/// Something that happened to the world, from the words of the scenario.
pub(crate) fn event_text(what: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return what.to_owned();
    }
    if let Some(rest) = what.strip_prefix("population service ") {
        let rest = rest.replace("answers after", "trả lời sau").replace(" and ", " và ");
        let rest = rest.replace("of questions", "số câu hỏi").replace("fails", "báo lỗi");
        return format!("dịch vụ dân cư {rest}");
    }
    match what.strip_prefix("carrier ").and_then(|rest| rest.strip_suffix(" down")) {
        Some(carrier) => format!("nhà mạng {carrier} ngừng hoạt động"),
        None if what == "twin killed and started again" => "bản song sinh bị tắt đột ngột và khởi động lại".into(),
        None => what.to_owned(),
    }
}

/// How sure a rule is, in a letter's place.
pub(crate) fn certainty_text(rule: Rule, lang: Lang) -> &'static str {
    use songsinh_contract::Certainty;
    match rule.certainty() {
        Certainty::Stated => lang.say("stated", "quy định"),
        Certainty::Inferred => lang.say("inferred", "suy ra"),
        Certainty::Practice => lang.say("good practice", "thông lệ tốt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_oracle::{Age, Bound, CellVerdict, Edge, Tally};

    /// The hint that the oracle gives for a life of `limit` seconds measured between two ages.
    fn hint(limit: f64, accepted: f64, refused: f64) -> Option<String> {
        let ns = |s: f64| (s * 1e9) as u64;
        let edge = |age: f64, accepted| Edge {
            rule: Rule::QrExpires,
            bound: Bound::QrLife,
            limit_ns: ns(limit),
            age: Age { min_ns: ns(age), max_ns: ns(age) },
            accepted,
            allowed: true,
        };
        let mut verdict =
            CellVerdict { edges: vec![edge(accepted, true), edge(refused, false)], ..CellVerdict::default() };
        let mut counts = serde_json::to_value(&verdict.counts).unwrap();
        counts[Rule::QrExpires.index()] = serde_json::json!({"allowed": 2, "violation": 0, "undecided": 0});
        verdict.counts = serde_json::from_value(counts).unwrap();
        let mut tally = Tally::new();
        tally.absorb(verdict);
        let judgement = tally.finish();
        judgement.rules[&Rule::QrExpires].bounds[0].hint.as_deref().map(str::to_owned)
    }

    #[test]
    fn events_and_remarks_are_said_in_vietnamese() {
        for (english, vietnamese) in [
            ("carrier viettel down", "nhà mạng viettel ngừng hoạt động"),
            ("population service answers after 4s", "dịch vụ dân cư trả lời sau 4s"),
            ("population service fails 5 % of questions", "dịch vụ dân cư báo lỗi 5 % số câu hỏi"),
        ] {
            assert_eq!(
                (event_text(english, Lang::Vi), event_text(english, Lang::En)),
                (vietnamese.into(), english.into())
            );
        }
        assert_eq!(note_text("an own remark", Lang::Vi), "an own remark");
    }

    #[test]
    fn every_hint_of_the_oracle_is_said_in_vietnamese() {
        let mut seen = std::collections::BTreeSet::new();
        for (limit, accepted, refused) in [
            (60.0, 119.8, 120.3),
            (180.0, 479.0, 481.0),
            (60.0, 89.5, 90.5),
            (10.0, 29.5, 30.5),
            (100.0, 299.0, 301.0),
            (180.0, 599.0, 601.0),
            (900.0, 1_799.0, 1_800.5),
            (800.0, 1_199.0, 1_200.5),
            (43_200.0, 86_399.0, 86_401.0),
            (60.0, 59.9, 59.1),
            (60.0, 59.0, 59.4),
            (60.0, 60.9, 61.05),
        ] {
            let english = hint(limit, accepted, refused).unwrap();
            let vietnamese = hint_text(&english, Lang::Vi);
            assert_ne!(english, vietnamese);
            assert_eq!(hint_text(&english, Lang::En), english);
            seen.insert(vietnamese);
        }
        assert_eq!(seen.len(), HINTS.len());
    }
}
