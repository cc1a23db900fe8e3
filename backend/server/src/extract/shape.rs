//! Whether a body has the shape that its document says: serde also reads a list as an object's values in order, and an
//! object as the name of a choice.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// JSON without its texts and numbers.
pub(crate) enum Shape {
    Plain,
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

impl Shape {
    /// Where what was sent is of another shape than the value that was read from it, and how it differs.
    pub(crate) fn misread(sent: &[u8], read: &impl Serialize) -> serde_json::Result<Option<String>> {
        let sent: Self = serde_json::from_slice(sent)?;
        let read: Self = serde_json::from_slice(&serde_json::to_vec(read)?)?;
        Ok(sent.differs(&read, ""))
    }

    /// What is only in one of both is no difference here: defaults, and what nobody reads.
    fn differs(&self, read: &Self, at: &str) -> Option<String> {
        match (self, read) {
            (Self::Plain, Self::Plain) => None,
            (Self::List(sent), Self::List(read)) => {
                let mut pairs = sent.iter().zip(read).enumerate();
                pairs.find_map(|(index, (sent, read))| sent.differs(read, &format!("{at}/{index}")))
            }
            (Self::Object(sent), Self::Object(read)) => sent.iter().find_map(|(name, sent)| {
                read.get(name).and_then(|read| sent.differs(read, &format!("{at}/{name}")))
            }),
            _ => {
                let place = if at.is_empty() { "it" } else { at };
                Some(format!("{place} is {}, and {} is taken there", self.name(), read.name()))
            }
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Plain => "a plain value",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Shape;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Plain)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Shape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Shape, A::Error> {
        let mut object = BTreeMap::new();
        while let Some((name, value)) = members.next_entry()? {
            object.insert(name, value);
        }
        Ok(Shape::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Order {
        #[serde(default)]
        cups: Vec<Cup>,
        #[serde(default)]
        size: Option<Size>,
    }

    #[derive(Serialize, Deserialize)]
    struct Cup {
        sugar: u8,
    }

    #[derive(Serialize, Deserialize)]
    enum Size {
        Small,
    }

    fn misread(sent: &str) -> Option<String> {
        let order: Order = serde_json::from_str(sent).unwrap();
        Shape::misread(sent.as_bytes(), &order).unwrap()
    }

    #[test]
    fn values_in_order_are_no_object() {
        assert_eq!(misread("[]"), Some("it is a list, and an object is taken there".to_owned()));
        assert_eq!(misread("[[], null]"), Some("it is a list, and an object is taken there".to_owned()));
        let inner = misread(r#"{"cups":[{"sugar":1},[2]]}"#);
        assert_eq!(inner, Some("/cups/1 is a list, and an object is taken there".to_owned()));
    }

    #[test]
    fn an_object_is_no_name_of_a_choice() {
        let choice = misread(r#"{"size":{"Small":null}}"#);
        assert_eq!(choice, Some("/size is an object, and a plain value is taken there".to_owned()));
    }

    #[test]
    fn what_is_left_out_or_null_is_as_it_should_be() {
        for sent in ["{}", r#"{"size":null}"#, r#"{"cups":[{"sugar":1}],"size":"Small"}"#] {
            assert_eq!(misread(sent), None, "{sent}");
        }
    }
}
