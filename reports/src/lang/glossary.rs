//! What every word of a report means, in both languages: `songsinh explain WORD`.
//!
//! Rules are explained by their sentence, certainty and source; all else stands in this list. A test holds it against
//! the verdicts, exit codes and reasons that the program can give.

use songsinh_contract::{Certainty, Rule};

use super::{Lang, group, rule_text};

/// A word with its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The word as reports write it.
    pub word: &'static str,
    /// Other spellings under which it is found.
    pub also: &'static [&'static str],
    /// In English.
    pub en: &'static str,
    /// In Vietnamese.
    pub vi: &'static str,
}

/// Every word of the list, the rules' slugs apart, in the order of the list.
#[must_use]
pub fn words() -> &'static [Entry] {
    ENTRIES
}

/// The explanation of a word, a rule's slug or an exit code; none if nothing is known of it. Case does not count.
#[must_use]
pub fn explain(word: &str, lang: Lang) -> Option<String> {
    let wanted = word.trim().to_lowercase();
    if let Some(rule) = Rule::named(&wanted) {
        return Some(of_rule(rule, lang));
    }
    let names = |entry: &&Entry| {
        entry.word.to_lowercase() == wanted || entry.also.iter().any(|other| other.to_lowercase() == wanted)
    };
    let entry = ENTRIES.iter().find(names)?;
    Some(format!("{}\n  {}", entry.word, lang.say(entry.en, entry.vi)))
}

fn of_rule(rule: Rule, lang: Lang) -> String {
    let certainty = match rule.certainty() {
        Certainty::Stated => lang.say(
            "stated by the letters or the law: a violation fails the run",
            "nêu trong công văn hoặc luật: vi phạm thì lượt chạy không đạt",
        ),
        Certainty::Inferred => {
            lang.say("inferred from them: a violation fails the run", "suy ra từ đó: vi phạm thì lượt chạy không đạt")
        }
        Certainty::Practice => lang.say(
            "good practice: a violation fails the run against the built-in twin, elsewhere it warns",
            "thông lệ tốt: vi phạm thì không đạt với bản song sinh có sẵn, với hệ thống khác thì cảnh báo",
        ),
    };
    let timed = if rule.is_timed() {
        lang.say(
            "\n  has a time bound: reports show the measured one",
            "\n  có giới hạn thời gian: báo cáo nêu giá trị đo được",
        )
    } else {
        ""
    };
    let source = lang.say("source", "nguồn");
    format!(
        "{}  ({})\n  {}\n  {certainty}{timed}\n  {source}: {}",
        rule.slug(),
        group(rule, lang),
        rule_text(rule, lang),
        rule.source()
    )
}

macro_rules! entries {
    ($($word:literal $([$($also:literal),+])? $en:literal $vi:literal;)+) => {
        const ENTRIES: &[Entry] = &[$(Entry { word: $word, also: &[$($($also),+)?], en: $en, vi: $vi },)+];
    };
}

entries! {
    "PASS" ["0", "đạt"]
        "Exit code 0: every decided answer was right, the limits hold, the run is valid. What was not decided is no part of it: see «not covered»."
        "Mã thoát 0: mọi câu trả lời phán xét được đều đúng, các giới hạn được giữ, lượt chạy có giá trị. Điều chưa phán xét được thì không thuộc kết luận này: xem «not covered».";
    "FAIL" ["không đạt"]
        "Exit code 10 (a rule is broken) or 11 (a limit of the scenario is crossed)."
        "Mã thoát 10 (có quy tắc bị vi phạm) hoặc 11 (vượt giới hạn của kịch bản).";
    "violations" ["10", "violation", "vi phạm"]
        "Exit code 10: at least one answer broke a rule for which the run fails. Each is proven by what was seen; what could be explained otherwise is undecided."
        "Mã thoát 10: có ít nhất một câu trả lời vi phạm quy tắc. Mỗi vi phạm được chứng minh bằng điều quan sát được; điều có thể giải thích cách khác là «undecided».";
    "limits-crossed" ["11", "limits"]
        "Exit code 11: no rule is broken, but a limit of the scenario (latency, share, count) does not hold."
        "Mã thoát 11: không vi phạm quy tắc nào, nhưng vượt một giới hạn của kịch bản (độ trễ, tỷ lệ, số lượng).";
    "INVALID" ["12"]
        "Exit code 12: the run says nothing about the target: the generator was late, people were known before, too little was decided, or the record is not whole. The report names the reason and what to do."
        "Mã thoát 12: lượt chạy không nói lên điều gì về hệ thống: bộ tạo tải bị chậm, công dân đã có sẵn, phán xét được quá ít, hoặc bản ghi không đầy đủ. Báo cáo nêu lý do và cách xử lý.";
    "STOPPED" ["130", "interrupted"]
        "Exit code 130: somebody stopped the run (Ctrl-C, SIGTERM). The report shows what was done until then."
        "Mã thoát 130: có người dừng lượt chạy (Ctrl-C, SIGTERM). Báo cáo nêu những gì đã làm đến lúc đó.";
    "usage error" ["2"]
        "Exit code 2: the command line or a file is wrong; the message says where and what is wanted. Nothing was sent."
        "Mã thoát 2: dòng lệnh hoặc tệp sai; thông báo nêu chỗ sai và cách sửa. Chưa gửi yêu cầu nào.";
    "unreachable" ["13"]
        "Exit code 13: the target or the world did not answer at its address."
        "Mã thoát 13: hệ thống hoặc môi trường không trả lời tại địa chỉ của nó.";
    "does not fit" ["14", "canary"]
        "Exit code 14: before the load one citizen goes first (the canary). Its message did not reach our gateway, its lookup did not reach our population service, or an answer was not as the profile says; so nothing more was sent."
        "Mã thoát 14: trước khi tạo tải, một công dân đi trước để thử. Tin nhắn không đến cổng SMS của ta, tra cứu không đến CSDL mô phỏng, hoặc câu trả lời không như hồ sơ mô tả; vì vậy không gửi thêm gì.";
    "judgement" ["15", "check-record", "judgement.json", "phán quyết"]
        "What the oracle finds in a record: counts by rule, findings, measured lifetimes, suspicions. It stands alone in judgement.json; `songsinh check-record RUN` judges the record again and gives exit code 15 if a single byte differs, which would mean another version of the rules, or a changed file."
        "Điều bộ phán xét thấy trong bản ghi: số đếm theo quy tắc, vi phạm, thời hạn đo được, nghi vấn. Chỉ riêng phần đó nằm trong judgement.json; `songsinh check-record RUN` phán xét lại bản ghi và trả mã thoát 15 nếu khác dù một byte, nghĩa là bộ quy tắc đã đổi hoặc tệp bị sửa.";
    "decided" ["phán xét được"]
        "An answer of which it could be told whether it keeps a rule: in every possible history it does, or in none."
        "Câu trả lời mà ta kết luận được là đúng hay sai quy tắc: đúng trong mọi diễn biến có thể, hoặc sai trong mọi diễn biến.";
    "undecided"
        "An answer that some possible history explains and another does not: a lost answer, two calls at once, an age too near to a bound. Never counted as right or wrong."
        "Câu trả lời mà diễn biến này giải thích được còn diễn biến khác thì không: mất trả lời, hai yêu cầu cùng lúc, tuổi quá gần giới hạn. Không tính là đúng, cũng không tính là sai.";
    "not covered" ["chưa kiểm tra"]
        "A rule that was never decided in this run. It is not a pass: nothing is known of it."
        "Quy tắc chưa được phán xét lần nào trong lượt chạy. Đó không phải là đạt: ta không biết gì về nó.";
    "suspicion" ["nghi vấn"]
        "What a statistical test over the whole run finds unlikely (less than one in a billion by chance). A reason to look, never a violation."
        "Điều mà phép kiểm định trên cả lượt chạy thấy rất khó xảy ra (dưới một phần tỷ nếu ngẫu nhiên). Là lý do để xem xét, không phải vi phạm.";
    "measured lifetime" ["measured", "bracket"]
        "For a rule with a time bound: the highest age that was certainly accepted and the lowest that was certainly refused. The real bound lies between the two."
        "Với quy tắc có thời hạn: tuổi lớn nhất chắc chắn được nhận và tuổi nhỏ nhất chắc chắn bị từ chối. Giới hạn thật nằm giữa hai số đó.";
    "shortest story" ["story", "witness"]
        "The fewest calls that show a violation, in order, with who asked what and what was answered. In other words: its witness."
        "Ít bước nhất đủ để thấy vi phạm, theo thứ tự, ai yêu cầu gì và được trả lời gì.";
    "late start" ["lag"]
        "How long after its intended time a request really went out. It is the generator's own fault, not the target's; too much of it makes the run invalid."
        "Yêu cầu thật sự đi chậm bao lâu so với thời điểm dự định. Đó là lỗi của bộ tạo tải, không phải của hệ thống; chậm quá thì lượt chạy không có giá trị.";
    "intended" ["intended time"]
        "The moment at which a call was due. Latency is counted from it, so that a target which is slow cannot hide it by delaying later calls."
        "Thời điểm mà yêu cầu phải được gửi. Độ trễ tính từ đó, để hệ thống chậm không thể giấu bằng cách làm chậm các yêu cầu sau.";
    "sent"
        "The moment at which a call's first byte went out. Latency from there leaves out the generator's own delay."
        "Thời điểm byte đầu tiên của yêu cầu được gửi đi. Độ trễ tính từ đó không gồm phần chậm của bộ tạo tải.";
    "p50" ["p90", "p99", "p99.9", "p999", "percentile"]
        "p99 = 233 ms: 99 of 100 answers took at most 233 ms. p50 is the median."
        "p99 = 233 ms: cứ 100 câu trả lời thì 99 câu không quá 233 ms. p50 là trung vị.";
    "phase" ["giai đoạn"]
        "A stretch of the run with its own rate of new journeys."
        "Một đoạn của lượt chạy với tốc độ người mới riêng.";
    "journey" ["hành trình"]
        "What one citizen sets out to do, from the first step to the last: register, activate, verify by QR."
        "Việc một công dân định làm, từ bước đầu đến bước cuối: đăng ký, kích hoạt, xác minh bằng QR.";
    "twist" ["attack"]
        "A mistake or an attack on the way of a journey: a wrong code, a stolen session, a forged QR."
        "Sai sót hoặc tấn công trên đường đi của hành trình: mã sai, phiên bị lấy cắp, QR giả.";
    "offered"
        "Journeys that were due by the plan, whether or not they could begin."
        "Số hành trình đến hạn theo kế hoạch, dù có bắt đầu được hay không.";
    "planned" "Journeys that the plan holds for the whole run." "Số hành trình trong kế hoạch của cả lượt chạy.";
    "started" "Journeys whose first step was taken." "Số hành trình đã bắt đầu bước đầu tiên.";
    "completed" "Journeys that came to their end." "Số hành trình đi đến bước cuối.";
    "abandoned" "Citizens who were due but could not begin: too many in flight, or no person left. Never dropped in silence." "Công dân đến hạn nhưng không bắt đầu được: quá nhiều người cùng lúc, hoặc hết người. Không bao giờ bị bỏ qua lặng lẽ.";
    "gave up" ["gave-up"] "Citizens who lost patience: no message, or the system too busy." "Công dân hết kiên nhẫn: không có tin nhắn, hoặc hệ thống quá bận.";
    "stuck" ["failed"] "Journeys that an answer of the target ended early." "Hành trình dừng sớm do câu trả lời của hệ thống.";
    "left" ["left under way"] "Journeys that were still under way when the run ended." "Hành trình còn dở khi lượt chạy kết thúc.";
    "dirty" ["clean target"]
        "A person whom the target knew before the run. They are not judged and are replaced; more than one in a hundred makes the run invalid."
        "Người mà hệ thống đã biết từ trước. Họ không bị phán xét và được thay; quá một phần trăm thì lượt chạy không có giá trị.";
    "roster" ["sổ người"]
        "The list of who has what at a target, so that tomorrow's run takes other people."
        "Sổ ghi ai đã có gì ở hệ thống, để lượt chạy ngày mai lấy người khác.";
    "unmapped"
        "An answer that no line of the target profile explains. It is neither done nor refused; above 0.5 % the run is invalid."
        "Câu trả lời mà không dòng nào trong hồ sơ hệ thống giải thích. Không phải đã làm, cũng không phải từ chối; trên 0,5 % thì lượt chạy không có giá trị.";
    "foreign"
        "An answer of somebody else on the way: a firewall, a rate limiter, a proxy."
        "Câu trả lời của bên khác trên đường đi: tường lửa, bộ giới hạn tốc độ, proxy.";
    "indeterminate"
        "A call without an answer: it may or may not have been carried out. A later answer may tell."
        "Yêu cầu không có trả lời: có thể đã thực hiện, có thể chưa. Câu trả lời sau này có thể cho biết.";
    "fault" "A server error (5xx) that is not «too busy»." "Lỗi máy chủ (5xx) không phải là «quá bận».";
    "unavailable" "The target was too busy (429, 503). A legitimate answer, never a verdict." "Hệ thống quá bận (429, 503). Là câu trả lời hợp lệ, không phải kết luận đúng-sai.";
    "known issue" ["known"]
        "A violation that the scenario excuses until a date, with the ticket where it is written up. After that date it fails the run again."
        "Vi phạm mà kịch bản tạm chấp nhận đến một ngày, kèm mã phiếu. Qua ngày đó thì lại làm lượt chạy không đạt.";
    "warns"
        "A broken rule of good practice at a system that is not ours: shown, but it does not fail the run unless the profile says so."
        "Quy tắc thông lệ tốt bị vi phạm ở hệ thống không phải của ta: được nêu, nhưng không làm lượt chạy không đạt trừ khi hồ sơ yêu cầu.";
    "oracle"
        "The part that judges every answer. It follows all histories that explain what was seen, and calls an answer wrong only if none does."
        "Phần phán xét mọi câu trả lời. Nó theo mọi diễn biến giải thích được điều đã thấy, và chỉ nói sai khi không diễn biến nào giải thích được.";
    "twin" ["song sinh"]
        "The national system that comes with the program: the default target and the reference."
        "Hệ thống quốc gia mô phỏng đi kèm chương trình: mục tiêu mặc định và chuẩn đối chiếu.";
    "misbehaviour"
        "A fault that the twin was started with on purpose, to see that it is found."
        "Lỗi cố ý bật trong bản song sinh, để xem có bị phát hiện không.";
    "target profile" ["profile"]
        "A file that says how to talk to a system: addresses, requests, what each answer means."
        "Tệp mô tả cách nói chuyện với một hệ thống: địa chỉ, yêu cầu, ý nghĩa từng câu trả lời.";
    "world" "What lies around the system under test: people, phones, SMS gateway, population database." "Những gì quanh hệ thống được kiểm tra: người dân, điện thoại, cổng SMS, CSDL dân cư.";
    "rulebook" "The lifetimes, counts and choices by which answers are judged: a dated one, and what the scenario or profile changes." "Các thời hạn, số lần và lựa chọn dùng để phán xét: theo văn bản có ngày, và phần kịch bản hay hồ sơ thay đổi.";
    "virtual time" ["virtual"] "The run went in the program's own time, in one process, the same for a seed byte by byte. Latencies come from a model." "Lượt chạy dùng thời gian riêng của chương trình, trong một tiến trình, cùng hạt giống thì giống hệt. Độ trễ là theo mô hình.";
    "trace" "The W3C trace id that went along with a request: look it up in the target's own logs." "Mã theo dõi W3C đi kèm yêu cầu: tra trong nhật ký của hệ thống.";
    "arrival" "The moment at which a citizen begins a journey; `songsinh trace NUMBER` tells the story of that arrival." "Lúc một công dân bắt đầu hành trình; `songsinh trace SỐ` kể lại chuyện của lượt đó.";
    "Poisson" "Arrivals that do not know of each other, as people's do: some come close together by chance." "Người đến không hẹn nhau, như ngoài đời: có lúc tình cờ đến sát nhau.";
    "prepare" ["preparation"] "Stories before the load that bring people into the state which the scenario asks for. Judged, but in no figure." "Các bước trước khi tạo tải để đưa người dân vào trạng thái kịch bản cần. Có phán xét, không tính vào số đo.";
    "warm-up" ["warm_up"] "Load before the load, so that the target is warm. Judged, but in no figure." "Tải chạy trước để hệ thống «nóng máy». Có phán xét, không tính vào số đo.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_word_is_found_once() {
        let mut seen = BTreeSet::new();
        for entry in words() {
            for word in std::iter::once(&entry.word).chain(entry.also) {
                assert!(seen.insert(word.to_lowercase()), "{word} stands twice");
                assert!(
                    Lang::ALL.iter().all(|&lang| explain(word, lang).is_some_and(|text| text.contains(entry.word)))
                );
            }
        }
    }

    #[test]
    fn rules_verdicts_and_exit_codes_are_explained() {
        for lang in Lang::ALL {
            for rule in Rule::ALL {
                assert!(explain(rule.slug(), lang).is_some_and(|text| text.contains(rule_text(*rule, lang))));
            }
            for code in ["0", "2", "10", "11", "12", "13", "14", "15", "130"] {
                assert!(explain(code, lang).is_some(), "{code}");
            }
            for word in ["PASS", "FAIL", "INVALID", "STOPPED"] {
                assert!(explain(word, lang).is_some(), "{word}");
            }
            assert_eq!(explain("no such word", lang), None);
        }
    }
}
