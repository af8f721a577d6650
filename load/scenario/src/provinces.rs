//! The names of the 63 provinces and cities of 2022, as scenario files give them.
//!
//! Names alone: figures about provinces belong to the population. Source: General Statistics Office, list of
//! administrative units, Decision 124/2004/QĐ-TTg and its amendments.

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::names_match;

use crate::message::Message;
use crate::nearest::nearest;
use crate::read::{Findings, Read, text_of};
use crate::yaml::Node;

/// Every province, in the order of its code.
pub const PROVINCES: [&str; 63] = [
    "Hà Nội",
    "Hà Giang",
    "Cao Bằng",
    "Bắc Kạn",
    "Tuyên Quang",
    "Lào Cai",
    "Điện Biên",
    "Lai Châu",
    "Sơn La",
    "Yên Bái",
    "Hoà Bình",
    "Thái Nguyên",
    "Lạng Sơn",
    "Quảng Ninh",
    "Bắc Giang",
    "Phú Thọ",
    "Vĩnh Phúc",
    "Bắc Ninh",
    "Hải Dương",
    "Hải Phòng",
    "Hưng Yên",
    "Thái Bình",
    "Hà Nam",
    "Nam Định",
    "Ninh Bình",
    "Thanh Hóa",
    "Nghệ An",
    "Hà Tĩnh",
    "Quảng Bình",
    "Quảng Trị",
    "Thừa Thiên Huế",
    "Đà Nẵng",
    "Quảng Nam",
    "Quảng Ngãi",
    "Bình Định",
    "Phú Yên",
    "Khánh Hòa",
    "Ninh Thuận",
    "Bình Thuận",
    "Kon Tum",
    "Gia Lai",
    "Đắk Lắk",
    "Đắk Nông",
    "Lâm Đồng",
    "Bình Phước",
    "Tây Ninh",
    "Bình Dương",
    "Đồng Nai",
    "Bà Rịa - Vũng Tàu",
    "Hồ Chí Minh",
    "Long An",
    "Tiền Giang",
    "Bến Tre",
    "Trà Vinh",
    "Vĩnh Long",
    "Đồng Tháp",
    "An Giang",
    "Kiên Giang",
    "Cần Thơ",
    "Hậu Giang",
    "Sóc Trăng",
    "Bạc Liêu",
    "Cà Mau",
];

/// A province of 2022, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Province(&'static str);

impl Province {
    /// The name, as in [`PROVINCES`].
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }
    /// The province of that name: after NFC, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        PROVINCES.into_iter().find(|known| names_match(known, name)).map(Self)
    }
}

impl Read for Province {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a province", findings)?;
        let found = Self::named(text);
        if found.is_none() {
            let (given, known) = (text.to_owned(), PROVINCES.to_vec());
            let nearest = nearest(text, PROVINCES);
            findings.add(&node.place, Message::UnknownWord { what: "province", given, nearest, known });
        }
        found
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": PROVINCES.to_vec() })
    }
}
