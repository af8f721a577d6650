//! Writes a source text with every mutant in it, each chosen at run time by its number. What is between the sites stays
//! as it is; a mutated text holds no further mutants, as one is chosen at a time.
use crate::sites::{Form, Site};

/// A file's text with its mutants. `dropped` tells which numbers are left out; the first site has the number `first`.
pub fn mutated(text: &str, sites: &[Site], first: usize, dropped: &dyn Fn(usize) -> bool) -> String {
    let kept: Vec<(usize, &Site)> =
        sites.iter().enumerate().map(|(at, site)| (first + at, site)).filter(|(number, _)| !dropped(*number)).collect();
    render(text, 0, text.len(), &kept)
}

fn render(text: &str, start: usize, end: usize, sites: &[(usize, &Site)]) -> String {
    let mut out = String::new();
    let (mut at, mut rest) = (start, sites);
    while let Some(((number, site), behind)) = rest.split_first() {
        let inner = behind.iter().take_while(|(_, one)| one.start < site.end).count();
        let (inside, next) = behind.split_at(inner);
        out.push_str(text.get(at..site.start).unwrap_or(""));
        out.push_str(&one(text, *number, site, inside));
        (at, rest) = (site.end, next);
    }
    out.push_str(text.get(at..end).unwrap_or(""));
    out
}

fn one(text: &str, number: usize, site: &Site, inside: &[(usize, &Site)]) -> String {
    let original = render(text, site.start, site.end, inside);
    let after = &site.after;
    match site.form {
        Form::Expression => format!(
            "/*s{number}*/(if crate::mutant::is({number}) {{ /*m{number}*/{after}/*e{number}*/ }} else {{ {original} \
             }})/*x{number}*/"
        ),
        Form::Flipped => format!("/*s{number}*/crate::mutant::flip({number}, {original})/*x{number}*/"),
        Form::Deleted => format!("/*s{number}*/if !crate::mutant::is({number}) {{ {original} }}/*x{number}*/"),
        Form::Body => {
            let rest = original.strip_prefix('{').unwrap_or(&original);
            // Where another default of the same body is written already, it starts with a mark and is put in braces.
            let close = if rest.len() == original.len() { " }" } else { "" };
            format!(
                "/*s{number}*/{{ if crate::mutant::is({number}) {{ return /*m{number}*/{after}/*e{number}*/; }} \
                 {rest}{close}/*x{number}*/"
            )
        }
    }
}

/// The mutants that a compiler's complaint about these bytes of a written file is about: the mutated texts they touch,
/// or else the innermost site around them.
pub fn blamed(written: &str, start: usize, end: usize) -> Vec<usize> {
    let marks = |open: char, close: char| {
        let mut found = Vec::new();
        for (at, _) in written.match_indices(&format!("/*{open}")) {
            let digits: String = written.get(at + 3..).unwrap_or("").chars().take_while(char::is_ascii_digit).collect();
            let Ok(number) = digits.parse::<usize>() else { continue };
            if let Some(length) = written.get(at..).and_then(|rest| rest.find(&format!("/*{close}{number}*/"))) {
                found.push((at, at + length, number));
            }
        }
        found
    };
    let touched: Vec<usize> =
        marks('m', 'e').into_iter().filter(|(from, to, _)| *from < end && start < *to).map(|mark| mark.2).collect();
    if !touched.is_empty() && touched.len() <= 2 {
        return touched;
    }
    let around = marks('s', 'x').into_iter().filter(|(from, to, _)| *from <= start && end <= *to);
    around.min_by_key(|(from, to, _)| to - from).map(|mark| mark.2).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites;

    fn changes(text: &str) -> Vec<String> {
        sites::of(text)
            .unwrap()
            .into_iter()
            .map(|site| format!("{}: {}", &text[site.start..site.end], site.after))
            .collect()
    }

    #[test]
    fn each_operator_has_its_mutants() {
        assert_eq!(
            changes("fn f(a: u8) -> X { if a < b { g(); } h.min(k) }"),
            ["a < b: ", "a < b: a <= b", "a < b: a > b", "g();: ", "h.min(k): h.max(k)"]
        );
        assert_eq!(changes("fn f() -> X { 7 }"), ["7: 8", "7: 6"]);
        assert_eq!(changes("fn f() -> u8 { x }"), ["{ x }: 0", "{ x }: 1"]);
        assert_eq!(changes("fn f() -> bool { !x }"), ["{ !x }: true", "{ !x }: false", "!x: "]);
        assert_eq!(
            changes("fn f() -> X { match a { B if c => d, _ => Some(e) } }"),
            ["c: true", "c: false", "Some(e): None"]
        );
    }

    #[test]
    fn constants_patterns_and_tests_are_left_alone() {
        let text = "const A: u8 = 1 + 2; const fn k() -> u8 { 3 } fn f() -> X { match a { 1 => b, _ => c } }\
                    #[cfg(test)] mod tests { fn f() -> bool { true } }";
        assert_eq!(changes(text), Vec::<String>::new());
    }

    #[test]
    fn what_is_written_is_rust_and_holds_every_mutant_once() {
        let text = "fn f(a: u8) -> bool { if a < 3 && !g(a) { self.list.push(1); return Some(2).is_some(); } true }";
        let sites = sites::of(text).unwrap();
        let written = mutated(text, &sites, 0, &|_| false);
        syn::parse_file(&written).unwrap();
        for number in 0..sites.len() {
            let chosen = format!("is({number})");
            let flipped = format!("flip({number},");
            assert_eq!(written.matches(&chosen).count() + written.matches(&flipped).count(), 1, "{number}: {written}");
        }
        assert_eq!(mutated(text, &sites, 0, &|_| true), text);
    }

    #[test]
    fn a_complaint_is_traced_to_its_mutant() {
        let text = "fn f() -> X { a + 7 }";
        let written = mutated(text, &sites::of(text).unwrap(), 0, &|_| false);
        let at = written.find("a - 7").unwrap();
        assert_eq!(blamed(&written, at, at + 5), [0]);
        let at = written.find('7').unwrap();
        assert!(!blamed(&written, at, at + 1).is_empty());
    }
}
