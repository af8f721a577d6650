//! Random histories of a target that keeps the rules: calls overlap, answers are lost, lost calls act late or never.
//! Whatever happens, nothing of it is a violation; and a target with one fault is found out.

use crate::qr::counter;
use crate::support::*;
use proptest::prelude::*;
use songsinh_contract::*;

/// What is asked.
#[derive(Debug, Clone, Copy)]
enum Ask {
    Switch(bool),
    Mint,
    /// The newest ticket on the screen but so many, by the official; photographed or not.
    Scan(usize, bool),
    OwnScan,
    Forged,
    Passcode(bool),
    AddPaper,
    ListPapers,
    Submit(u8, u8),
    ListForms,
    Pay(u8),
    Send(u8, u8),
    Balance,
    Bills,
}

/// How the answer comes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Luck {
    Answered,
    LostDone,
    LostLate(u64),
    LostNever,
}

/// A call: what, so many milliseconds after the one before, acting and answered so long after.
#[derive(Debug, Clone, Copy)]
struct Act {
    ask: Ask,
    gap: u64,
    acts: u64,
    returns: u64,
    luck: Luck,
}

/// The one thing that a faulty target gets wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    LivesLonger,
    ScansTwice,
    KeepsOld,
    PaysTwice,
    SubmitsTwice,
    NeverLocks,
}

const DUE: i64 = 200_000;
const LIFE: u64 = 60_000;
const LOCK: u64 = 30_000;

struct Ticket {
    id: String,
    at: u64,
    void: bool,
    used: bool,
}

/// A target that keeps the rules, but for its fault. It acts at one moment.
struct Target {
    fault: Fault,
    /// After a lock wrong passcodes count anew; else the next wrong one locks again.
    forgives: bool,
    switch: bool,
    tickets: Vec<Ticket>,
    wrong: u32,
    locked: Option<u64>,
    open: bool,
    paper: bool,
    forms: Vec<(u8, u8, String)>,
    payments: Vec<(String, String, i64)>,
    paid: bool,
    balance: i64,
    counted: u32,
}

fn values(change: impl FnOnce(&mut Values)) -> Outcome {
    let mut values = Values::default();
    change(&mut values);
    Outcome::Done(Box::new(values))
}

impl Target {
    fn new(fault: Fault, forgives: bool) -> Self {
        Self {
            fault,
            forgives,
            switch: true,
            tickets: vec![],
            wrong: 0,
            locked: None,
            open: false,
            paper: false,
            forms: vec![],
            payments: vec![],
            paid: false,
            balance: 1_000_000,
            counted: 0,
        }
    }
    fn next(&mut self, word: &str) -> String {
        self.counted += 1;
        format!("{word}{}", self.counted)
    }
    fn scan(&mut self, at: u64, id: &str) -> Outcome {
        let life = LIFE + if self.fault == Fault::LivesLonger { 30_000 } else { 0 };
        let twice = self.fault == Fault::ScansTwice;
        let Some(ticket) = self.tickets.iter_mut().find(|t| t.id == id) else { return refused(Reason::QrFake) };
        if ticket.void {
            return refused(Reason::QrReplaced);
        }
        if at >= ticket.at + life {
            return refused(Reason::QrExpired);
        }
        if ticket.used && !twice {
            return refused(Reason::QrUsed);
        }
        ticket.used = true;
        values(|v| {
            v.shown = Some(Box::new(Shown { number: Some(person(0).number), ..Shown::default() }));
        })
    }
    fn passcode(&mut self, at: u64, right: bool) -> Outcome {
        if self.locked.is_some_and(|since| at < since + LOCK) {
            return refused(Reason::UtilitiesLocked);
        }
        if self.locked.take().is_some() && self.forgives {
            self.wrong = 0;
        }
        if right {
            (self.wrong, self.open) = (0, true);
            return done();
        }
        self.wrong += 1;
        if self.wrong >= 5 && self.fault != Fault::NeverLocks {
            (self.locked, self.open) = (Some(at), false);
        }
        refused(Reason::PasscodeWrong)
    }
    fn pay(&mut self, request: String, amount: i64, bill: bool) -> Outcome {
        let before = self.payments.iter().find(|(q, _, _)| *q == request);
        if let Some((_, receipt, sum)) = before.filter(|_| self.fault != Fault::PaysTwice) {
            let receipts = vec![slip(receipt, &request, Some(*sum))];
            return if *sum == amount {
                values(|v| (v.receipts, v.balance_vnd) = (receipts, Some(self.balance)))
            } else {
                refused(Reason::RequestDiffers)
            };
        }
        if bill && self.paid && self.fault != Fault::PaysTwice {
            return refused(Reason::BillPaid);
        }
        if self.balance < amount {
            return refused(Reason::BalanceLow);
        }
        self.paid |= bill;
        self.balance -= amount;
        let receipt = self.next("r");
        let receipts = vec![slip(&receipt, &request, Some(amount))];
        self.payments.push((request, receipt, amount));
        values(|v| (v.receipts, v.balance_vnd) = (receipts, Some(self.balance)))
    }
    fn submit(&mut self, request: u8, text: u8) -> Outcome {
        let twice = self.fault == Fault::SubmitsTwice;
        let name = format!("f{request}");
        if let Some((_, before, receipt)) = self.forms.iter().find(|(q, _, _)| *q == request).filter(|_| !twice) {
            let receipts = vec![slip(receipt, &name, None)];
            return if *before == text { values(|v| v.receipts = receipts) } else { refused(Reason::RequestDiffers) };
        }
        let receipt = self.next("s");
        let receipts = vec![slip(&receipt, &name, None)];
        self.forms.push((request, text, receipt));
        values(|v| v.receipts = receipts)
    }
    fn closed(&self, at: u64) -> Option<Outcome> {
        if self.locked.is_some_and(|since| at < since + LOCK) {
            return Some(refused(Reason::UtilitiesLocked));
        }
        (!self.open).then(|| refused(Reason::PasscodeWanted))
    }
    /// Acts, at a moment in milliseconds.
    fn act(&mut self, at: u64, ask: Ask, id: &str) -> Outcome {
        use Ask as A;
        let utility = !matches!(ask, A::Switch(_) | A::Mint | A::Scan(..) | A::OwnScan | A::Forged | A::Passcode(_));
        if let Some(refusal) = self.closed(at).filter(|_| utility) {
            return refusal;
        }
        match ask {
            A::Switch(on) => {
                self.switch = on;
                self.tickets.iter_mut().for_each(|t| t.void |= !on);
                done()
            }
            A::Mint if !self.switch => refused(Reason::SwitchOff),
            A::Mint => {
                let keeps = self.fault == Fault::KeepsOld;
                self.tickets.iter_mut().for_each(|t| t.void |= !keeps);
                let id = self.next("t");
                let ticket = Some(QrTicket { id: Token::new(&id), issued_ms: 0, expires_ms: 0 });
                self.tickets.push(Ticket { id, at, void: false, used: false });
                values(|v| v.ticket = ticket)
            }
            A::Scan(..) => self.scan(at, id),
            A::OwnScan => refused(Reason::SelfScan),
            A::Forged => refused(Reason::QrFake),
            A::Passcode(right) => self.passcode(at, right),
            A::AddPaper => {
                self.paper = true;
                done()
            }
            A::ListPapers => values(|v| v.papers = if self.paper { vec![licence()] } else { vec![] }),
            A::Submit(request, text) => self.submit(request, text),
            A::ListForms => {
                let all = self.forms.iter().map(|(q, _, receipt)| slip(receipt, &format!("f{q}"), None)).collect();
                values(|v| v.receipts = all)
            }
            A::Pay(request) => self.pay(format!("p{request}"), DUE, true),
            A::Send(request, amount) => self.pay(format!("x{request}"), 1_000 + i64::from(amount), false),
            A::Balance => {
                let all = self.payments.iter().map(|(q, receipt, sum)| slip(receipt, q, Some(*sum))).collect();
                values(|v| (v.balance_vnd, v.receipts) = (Some(self.balance), all))
            }
            A::Bills => values(|v| v.bills = vec![Bill { paid: self.paid, ..bill() }]),
        }
    }
}

fn slip(id: &str, request: &str, amount_vnd: Option<i64>) -> Receipt {
    Receipt { id: Token::new(id), request: Some(Token::new(request)), amount_vnd }
}

fn licence() -> Paper {
    Paper {
        kind: PaperKind::DrivingLicence,
        number: "790".into(),
        holder: person(0).number,
        detail: "A1".into(),
        issued: jiff::civil::date(2020, 1, 2),
        expires: None,
    }
}

fn bill() -> Bill {
    Bill { id: "b".into(), kind: BillKind::Water, amount_vnd: DUE, paid: false }
}

fn operation(ask: Ask, id: &str) -> Operation {
    let qr = |id: &str, flaw, photographed| {
        let ticket = Some(Token::new(id));
        Operation::QrScan { qr: Box::new(ShownQr { text: Token::new("VNQ1:"), ticket, flaw, photographed }) }
    };
    match ask {
        Ask::Switch(on) => Operation::QrSwitch { on },
        Ask::Mint => Operation::QrMint,
        Ask::Scan(_, photographed) => qr(id, None, photographed),
        Ask::OwnScan => qr(id, None, false),
        Ask::Forged => qr(id, Some(QrFlaw::Edited), false),
        Ask::Passcode(right) => {
            Operation::PasscodeEnter { passcode: Secret::new(if right { "123456" } else { "654321" }) }
        }
        Ask::AddPaper => Operation::WalletAdd { kind: PaperKind::DrivingLicence, number: "790".into() },
        Ask::ListPapers => Operation::WalletList,
        Ask::Submit(request, text) => Operation::FormSubmit {
            service: PublicService::StayNotice,
            request: Token::new(&format!("f{request}")),
            text: text.to_string().into(),
        },
        Ask::ListForms => Operation::FormList,
        Ask::Pay(request) => {
            Operation::PaymentPay { request: Token::new(&format!("p{request}")), bill: "b".into(), amount_vnd: DUE }
        }
        Ask::Send(request, amount) => Operation::PaymentTransfer {
            request: Token::new(&format!("x{request}")),
            to: person(1).number,
            amount_vnd: 1_000 + i64::from(amount),
        },
        Ask::Balance => Operation::PaymentBalance,
        Ask::Bills => Operation::PaymentBills,
    }
}

/// The story of these calls at a target.
fn play(acts: &[Act], fault: Fault) -> Story {
    let mut s = counter();
    s.book.passcode_lock = std::time::Duration::from_millis(LOCK);
    s.facts.members[0].holdings = Holdings { papers: vec![licence()], bills: vec![bill()] };
    let mut target = Target::new(fault, acts.len().is_multiple_of(2));
    let mut now = s.now;
    let mut calls: Vec<(u64, u64, u64, Act)> = Vec::new();
    for act in acts {
        now += act.gap;
        let (when, done) = (now + act.acts, now + act.acts + act.returns);
        let when = if let Luck::LostLate(later) = act.luck { done + later } else { when };
        calls.push((when, now, done, *act));
    }
    let mut order: Vec<usize> = (0..calls.len()).collect();
    order.sort_by_key(|&at| (calls[at].0, at));
    let mut answers: Vec<Option<(Operation, Outcome)>> = vec![None; calls.len()];
    // What stands on the screen: tickets whose answers came.
    let mut screen: Vec<(u64, String)> = Vec::new();
    for at in order {
        let (when, sent, done, act) = calls[at];
        let shown: Vec<&String> = screen.iter().filter(|(came, _)| *came <= sent).map(|(_, id)| id).collect();
        let back = if let Ask::Scan(back, _) = act.ask { back } else { 0 };
        let id = shown.iter().rev().nth(back).map(|id| id.to_string());
        let needs = matches!(act.ask, Ask::Scan(..) | Ask::OwnScan | Ask::Forged);
        let Some(id) = id.or((!needs).then(String::new)) else { continue };
        let outcome = if act.luck == Luck::LostNever { lost() } else { target.act(when, act.ask, &id) };
        if let Some(ticket) = outcome.values().and_then(|v| v.ticket.as_ref()).filter(|_| act.luck == Luck::Answered) {
            screen.push((done, ticket.id.text().unwrap().to_owned()));
        }
        let outcome = if act.luck == Luck::Answered { outcome } else { lost() };
        answers[at] = Some((operation(act.ask, &id), outcome));
    }
    for ((_, sent, done, act), answer) in calls.into_iter().zip(answers) {
        let Some((operation, outcome)) = answer else { continue };
        let official = matches!(act.ask, Ask::Scan(..) | Ask::Forged);
        (s.member, s.device, s.session) = if official { (1, B, Some("o")) } else { (0, A, Some("s")) };
        s.between(sent, done, operation, outcome);
    }
    s
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        1 => any::<bool>().prop_map(Ask::Switch),
        3 => Just(Ask::Mint),
        5 => (0..2usize, prop::bool::weighted(0.1)).prop_map(|(back, photo)| Ask::Scan(back, photo)),
        1 => Just(Ask::OwnScan),
        1 => Just(Ask::Forged),
        4 => prop::bool::weighted(0.4).prop_map(Ask::Passcode),
        1 => Just(Ask::AddPaper),
        1 => Just(Ask::ListPapers),
        2 => (0..2u8, 0..2u8).prop_map(|(request, text)| Ask::Submit(request, text)),
        2 => Just(Ask::ListForms),
        2 => (0..2u8).prop_map(Ask::Pay),
        2 => (0..2u8, 0..2u8).prop_map(|(request, amount)| Ask::Send(request, amount)),
        2 => Just(Ask::Balance),
        1 => Just(Ask::Bills),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let gap = prop_oneof![5 => 0..60u64, 3 => 60..2_000u64, 1 => 20_000..62_000u64];
    let luck = prop_oneof![
        12 => Just(Luck::Answered),
        1 => Just(Luck::LostDone),
        1 => (0..5_000u64).prop_map(Luck::LostLate),
        1 => Just(Luck::LostNever),
    ];
    (ask(), gap, 0..80u64, 0..80u64, luck).prop_map(|(ask, gap, acts, returns, luck)| Act {
        ask,
        gap,
        acts,
        returns,
        luck,
    })
}

fn sure(ask: Ask, gap: u64) -> Act {
    Act { ask, gap, acts: 5, returns: 5, luck: Luck::Answered }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn a_target_that_keeps_the_rules_is_never_accused(acts in prop::collection::vec(act(), 1..16)) {
        let story = play(&acts, Fault::None);
        let findings = story.findings();
        prop_assert!(findings.is_empty(), "{:#?}\n{:#?}", findings, story.observations.iter().map(|o| (o.seq, o.sent.0 / 1_000_000, o.done.0 / 1_000_000, &o.call.operation, &o.outcome)).collect::<Vec<_>>());
    }
    #[test]
    fn a_target_that_keeps_the_rules_is_never_accused_when_all_is_open(acts in prop::collection::vec(act(), 1..12)) {
        let mut all = vec![sure(Ask::Passcode(true), 1_000), sure(Ask::Balance, 1_000)];
        all.extend(acts);
        let findings = play(&all, Fault::None).findings();
        prop_assert!(findings.is_empty(), "{:#?}", findings);
    }
    #[test]
    fn a_fault_is_found_out_behind_any_beginning(acts in prop::collection::vec(ask(), 0..6), gap in 100..900u64) {
        use Ask as A;
        let tails: [(Fault, Rule, Vec<Act>); 6] = [
            (Fault::LivesLonger, Rule::QrExpires, vec![sure(A::Mint, gap), sure(A::Scan(0, false), 61_000)]),
            (Fault::ScansTwice, Rule::QrReplay, vec![
                sure(A::Mint, gap), sure(A::Scan(0, false), gap), sure(A::Scan(0, false), gap),
            ]),
            (Fault::KeepsOld, Rule::QrNewReplacesOld, vec![
                sure(A::Mint, gap), sure(A::Mint, gap), sure(A::Scan(1, false), gap),
            ]),
            (Fault::PaysTwice, Rule::PaymentExactlyOnce, vec![sure(A::Send(7, 1), gap), sure(A::Send(7, 1), gap)]),
            (Fault::SubmitsTwice, Rule::ServiceSubmittedOnce, vec![sure(A::Submit(7, 1), gap), sure(A::Submit(7, 1), gap)]),
            (Fault::NeverLocks, Rule::UtilityNeedsPasscode, {
                let mut all = vec![sure(A::Passcode(false), gap); 5];
                all.push(sure(A::Passcode(true), gap));
                all
            }),
        ];
        for (fault, rule, tail) in tails {
            let mut all: Vec<Act> = acts.iter().map(|&ask| sure(ask, gap)).collect();
            // Whatever went before: nothing is locked, the switch is on, the utilities are open.
            all.extend([sure(A::Passcode(true), 40_000), sure(A::Switch(true), gap), sure(A::Balance, gap)]);
            all.extend(tail);
            let found: Vec<Rule> = play(&all, fault).findings().iter().map(|f| f.rule).collect();
            prop_assert!(found.contains(&rule), "{:?}: {:?}", fault, found);
        }
    }
}
