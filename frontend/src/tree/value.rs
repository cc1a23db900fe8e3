//! What an attribute, a class, a property of the style or of the element may be given.

use std::borrow::Cow;

use leptos::prelude::{Get, Memo, RwSignal, Signal};

/// A value, whatever it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Not there.
    Absent,
    /// There, without a text; or not.
    Flag(bool),
    Text(Cow<'static, str>),
}

/// A value that stands, or one that changes.
pub enum Given {
    Fixed(Value),
    Live(Box<dyn FnMut() -> Value>),
}

/// Something that gives a value.
pub trait Valued {
    fn given(self) -> Given;
}

impl Given {
    /// The value now.
    fn now(self) -> Value {
        match self {
            Self::Fixed(value) => value,
            Self::Live(mut value) => value(),
        }
    }
}

impl Valued for &'static str {
    fn given(self) -> Given {
        Given::Fixed(Value::Text(Cow::Borrowed(self)))
    }
}

impl Valued for String {
    fn given(self) -> Given {
        Given::Fixed(Value::Text(Cow::Owned(self)))
    }
}

impl Valued for bool {
    fn given(self) -> Given {
        Given::Fixed(Value::Flag(self))
    }
}

impl Valued for u32 {
    fn given(self) -> Given {
        self.to_string().given()
    }
}

impl<T: Valued> Valued for Option<T> {
    fn given(self) -> Given {
        self.map_or(Given::Fixed(Value::Absent), Valued::given)
    }
}

impl<F, T> Valued for F
where
    F: FnMut() -> T + 'static,
    T: Valued,
{
    fn given(mut self) -> Given {
        Given::Live(Box::new(move || self().given().now()))
    }
}

macro_rules! signal {
    ($($signal:ident)*) => {
        $(impl<T: Valued + Clone + Send + Sync + 'static> Valued for $signal<T> {
            fn given(self) -> Given {
                (move || self.get()).given()
            }
        })*
    };
}

signal! { Memo RwSignal Signal }
