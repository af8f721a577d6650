//! The QR printed on the card: person → seven fields → text → image, and back from the text.
//!
//! `number|old number or empty|name|ddMMyyyy|Nam or Nữ|address|issued ddMMyyyy`, in UTF-8. No publication of the issuer
//! describes it; several independent readers agree on it. Cards from 2024 on carry four more fields, whose order is not
//! known: they are accepted and not read.
//!
//! Invariant: `parse(text(card)) == card` for a card with a full date of birth and without bars, quotes or control
//! characters in its words. Who has only a birth year is printed `0101yyyy`, which reads back as 1 January.
//!
//! Not here: any trust. The text has no signature and anyone can print one.

use fast_qr::Mode;
use jiff::civil::Date;
use songsinh_contract::{BirthDate, Person, PrintedCard, Sex};

use crate::image::qr;
use crate::{CardError, Field, GreyImage};

/// The bytes that the largest QR of error correction M holds (ISO/IEC 18004, version 40-M, byte mode).
pub const MAX_TEXT_BYTES: usize = 2331;

/// The largest module of a picture, in pixels.
pub const MAX_MODULE_PX: usize = 32;

/// What stands on the card of a person; none for who has no card.
#[must_use]
pub fn of(person: &Person) -> Option<PrintedCard> {
    let card = person.card?;
    Some(PrintedCard {
        number: person.number,
        old_number: person.old_number,
        name: person.name.as_str().into(),
        born: person.born,
        sex: person.sex,
        address: person.address.as_str().into(),
        issued: card.issued,
    })
}

/// The text of a card's QR: seven fields between bars. A bar or control character inside a name or address is printed
/// as a blank, since it would end the field.
#[must_use]
pub fn text(card: &PrintedCard) -> String {
    let old_number = card.old_number.map(|old| old.to_string()).unwrap_or_default();
    let born = match card.born {
        BirthDate::Full(date) => digits(date),
        BirthDate::Year(year) => format!("0101{year:04}"),
    };
    let mut out = format!("{}|{old_number}|", card.number);
    push_words(&mut out, &card.name);
    out.push('|');
    out.push_str(&born);
    out.push('|');
    out.push_str(card.sex.vietnamese());
    out.push('|');
    push_words(&mut out, &card.address);
    out.push('|');
    out.push_str(&digits(card.issued));
    out
}

/// Reads the text of a card's QR as scanners hand it over: byte order marks, control characters, quotes around it and
/// blanks around fields are dropped, dates may be `ddMMyyyy` or `dd/MM/yyyy`, four more fields may follow.
///
/// # Errors
/// [`CardError`] names the first field that cannot be read and what should stand there.
pub fn parse(text: &str) -> Result<PrintedCard, CardError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(CardError::TooLong { bytes: text.len(), limit: MAX_TEXT_BYTES });
    }
    let clean: String = text.chars().filter(|c| !c.is_control() && *c != '\u{feff}').collect();
    let clean = clean.trim().trim_matches('"');
    let fields: Vec<&str> = clean.split('|').map(str::trim).collect();
    let (&[number, old_number, name, born, sex, address, issued]
    | &[number, old_number, name, born, sex, address, issued, _, _, _, _]) = fields.as_slice()
    else {
        return Err(CardError::FieldCount { found: fields.len() });
    };
    Ok(PrintedCard {
        number: number.parse().map_err(|_| wrong(Field::Number, number, "12 digits"))?,
        old_number: match old_number {
            "" => None,
            _ => Some(old_number.parse().map_err(|_| wrong(Field::OldNumber, old_number, "9 digits, or empty"))?),
        },
        name: words(Field::Name, name, "a name")?,
        born: BirthDate::Full(date(Field::Born, born)?),
        sex: match sex {
            "Nam" => Sex::Male,
            "Nữ" | "Nư\u{303}" => Sex::Female,
            _ => return Err(wrong(Field::Sex, sex, "Nam or Nữ")),
        },
        address: words(Field::Address, address, "an address")?,
        issued: date(Field::Issued, issued)?,
    })
}

/// The QR of a card: byte mode, error correction M, a quiet zone of four modules, `module_px` pixels a module (held
/// within 1 and [`MAX_MODULE_PX`]).
///
/// # Errors
/// [`CardError::TooLong`] for a card whose text no QR holds.
pub fn image(card: &PrintedCard, module_px: usize) -> Result<GreyImage, CardError> {
    let text = text(card);
    let bytes = text.len();
    qr(text, Mode::Byte, module_px).ok_or(CardError::TooLong { bytes, limit: MAX_TEXT_BYTES })
}

fn push_words(out: &mut String, words: &str) {
    out.extend(words.chars().map(|c| if c == '|' || c.is_control() { ' ' } else { c }));
}

fn digits(date: Date) -> String {
    format!("{:02}{:02}{:04}", date.day(), date.month(), date.year())
}

fn wrong(field: Field, text: &str, wanted: &'static str) -> CardError {
    CardError::Field { field, text: text.chars().take(40).collect(), wanted }
}

fn words(field: Field, text: &str, wanted: &'static str) -> Result<Box<str>, CardError> {
    if text.is_empty() { Err(wrong(field, text, wanted)) } else { Ok(text.into()) }
}

fn date(field: Field, text: &str) -> Result<Date, CardError> {
    const WANTED: &str = "a day, written ddMMyyyy";
    let shape = match *text.as_bytes() {
        [d1, d0, b'/', m1, m0, b'/', y3, y2, y1, y0] | [d1, d0, m1, m0, y3, y2, y1, y0] => {
            [d1, d0, m1, m0, y3, y2, y1, y0]
        }
        _ => return Err(wrong(field, text, WANTED)),
    };
    if !shape.iter().all(u8::is_ascii_digit) {
        return Err(wrong(field, text, WANTED));
    }
    let value = |range: &[u8]| range.iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
    let (day, month) = (value(&shape[..2]) as i8, value(&shape[2..4]) as i8);
    Date::new(value(&shape[4..]), month, day).map_err(|_| wrong(field, text, WANTED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;
    use songsinh_contract::{CitizenNumber, OldNumber};

    /// What another decoder makes of one picture; none if it gives up on this one.
    fn read_by_another_decoder(image: &GreyImage) -> Option<String> {
        let mut photo = rqrr::PreparedImage::prepare_from_greyscale(image.width, image.height, |x, y| image.at(x, y));
        let grids = photo.detect_grids();
        assert_eq!(grids.len(), 1, "one code in the picture");
        let mut bytes = Vec::new();
        let meta = grids[0].decode_to(&mut bytes).ok()?;
        assert_eq!(meta.ecc_level, 0, "rqrr writes level M as 0");
        Some(String::from_utf8(bytes).unwrap())
    }

    fn any_date(years: std::ops::RangeInclusive<i16>) -> impl Strategy<Value = Date> {
        (years, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| date(y, m, d))
    }

    prop_compose! {
        fn any_words(most: usize)(
            words in proptest::collection::vec("[A-ZĐÂÊÔƠƯ][a-zđàảãáạâấầêếềôốồơớờưứừýỳỷỹ]{0,6}", 1..=most),
            comma in any::<bool>(),
        ) -> Box<str> {
            words.join(if comma { ", " } else { " " }).into()
        }
    }

    prop_compose! {
        fn any_card()(
            number in 0_u64..1_000_000_000_000,
            old in proptest::option::of(0_u32..1_000_000_000),
            name in any_words(6),
            born in any_date(1900..=2030),
            male in any::<bool>(),
            address in any_words(12),
            issued in any_date(2021..=2030),
        ) -> PrintedCard {
            PrintedCard {
                number: CitizenNumber::from_u64(number).unwrap(),
                old_number: old.and_then(OldNumber::from_u32),
                name,
                born: BirthDate::Full(born),
                sex: if male { Sex::Male } else { Sex::Female },
                address,
                issued,
            }
        }
    }

    const SAMPLE: &str = "001099000123|012345678|Nguyễn Văn Ân|15011999|Nam|Số 5 Ngõ Thử Nghiệm, Phường Bến Nghé, \
                          Quận 1, TP. Hồ Chí Minh|10052021";

    proptest! {
        #[test]
        fn a_card_reads_back_from_its_text(card in any_card()) {
            prop_assert_eq!(parse(&text(&card)), Ok(card));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn one_changed_character_never_panics(card in any_card(), at in any::<prop::sample::Index>(), other in any::<char>()) {
            let mut chars: Vec<char> = text(&card).chars().collect();
            let at = at.index(chars.len());
            chars[at] = other;
            let _ = parse(&chars.into_iter().collect::<String>());
        }

        #[test]
        fn what_scanners_add_is_dropped(card in any_card(), more in any::<bool>()) {
            let noisy = format!("\u{feff}{}{}\"\r\n\u{0}", text(&card), if more { "||||" } else { "" });
            prop_assert_eq!(parse(&noisy), Ok(card));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_decoder_of_another_origin_reads_the_same_text(card in any_card(), module_px in 3_usize..6) {
            // It gives up on one picture in some thousands, where its grid slips; whoever scans takes the next, nearer
            // one, as here. What it reads at all must be the text.
            let nearer = [module_px, module_px + 1, module_px + 2, module_px + 3];
            let read = nearer.into_iter().find_map(|size| read_by_another_decoder(&image(&card, size).unwrap()));
            prop_assert_eq!(read, Some(text(&card)));
        }
    }

    #[test]
    fn the_observed_shapes_are_read() {
        let card = parse(SAMPLE).unwrap();
        assert_eq!(card.born, BirthDate::Full(date(1999, 1, 15)));
        assert_eq!((card.issued, card.sex), (date(2021, 5, 10), Sex::Male));
        assert_eq!(text(&card), SAMPLE);
        let typed = SAMPLE.replace("15011999", "15/01/1999");
        assert_eq!(parse(&typed).as_ref(), Ok(&card));
        assert_eq!(
            parse("079199000456||Trần Thị Đỗ Quyên|02031999|Nữ|Thôn Giả Lập|01072022").unwrap().old_number,
            None
        );
    }

    #[test]
    fn an_error_names_the_field() {
        for (from, to, says) in [
            ("001099000123", "00109900012", "field 1 (citizen number): «00109900012» is not 12 digits"),
            ("012345678", "1", "field 2 (old number): «1» is not 9 digits, or empty"),
            ("Nguyễn Văn Ân", " ", "field 3 (name): «» is not a name"),
            ("15011999", "31021999", "field 4 (date of birth): «31021999» is not a day, written ddMMyyyy"),
            ("Nam", "nam", "field 5 (sex): «nam» is not Nam or Nữ"),
            ("|10052021", "|2021", "field 7 (day of issue): «2021» is not a day, written ddMMyyyy"),
            (
                "|10052021",
                "",
                "the card's text has 6 fields between bars; 7 are wanted, or 11 as on cards from 2024 on",
            ),
        ] {
            assert_eq!(parse(&SAMPLE.replace(from, to)).unwrap_err().to_string(), says);
        }
        let long = "x".repeat(MAX_TEXT_BYTES + 1);
        assert_eq!(parse(&long), Err(CardError::TooLong { bytes: MAX_TEXT_BYTES + 1, limit: MAX_TEXT_BYTES }));
    }

    #[test]
    fn who_has_only_a_birth_year_is_printed_as_born_on_new_years_day() {
        let card = PrintedCard { born: BirthDate::Year(1950), ..parse(SAMPLE).unwrap() };
        assert!(text(&card).contains("|01011950|"));
        assert_eq!(parse(&text(&card)).unwrap().born, BirthDate::Full(date(1950, 1, 1)));
    }

    #[test]
    fn a_bar_in_a_name_does_not_make_a_field() {
        let card = PrintedCard { name: "Nguyễn|Văn\nÂn".into(), ..parse(SAMPLE).unwrap() };
        assert_eq!(&*parse(&text(&card)).unwrap().name, "Nguyễn Văn Ân");
    }

    #[test]
    fn a_text_beyond_any_qr_is_an_error_and_a_picture_has_a_header() {
        let card = parse(SAMPLE).unwrap();
        let long = PrintedCard { address: "Đ".repeat(1200).into(), ..card.clone() };
        assert!(matches!(image(&long, 3), Err(CardError::TooLong { limit: MAX_TEXT_BYTES, .. })));
        let picture = image(&card, 2).unwrap();
        let file = picture.to_pgm();
        let header = format!("P5\n{0} {0}\n255\n", picture.width);
        assert!(file.starts_with(header.as_bytes()));
        assert_eq!(file.len(), header.len() + picture.width * picture.height);
    }
}
