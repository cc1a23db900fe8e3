//! What may stand in the braces of a view.

use leptos::prelude::{AnyView, Get, Memo, RwSignal, Signal};

use super::{Part, View};

/// Something that is a view, or becomes one.
pub trait Child {
    fn view(self) -> View;
}

/// Gathers views to one.
pub trait CollectView {
    fn collect_view(self) -> View;
}

impl<I: IntoIterator<Item: Child>> CollectView for I {
    fn collect_view(self) -> View {
        View::many(self.into_iter().map(Child::view).collect())
    }
}

impl Child for View {
    fn view(self) -> View {
        self
    }
}

impl Child for AnyView {
    fn view(self) -> View {
        View::of(Part::Component(self))
    }
}

impl Child for () {
    fn view(self) -> View {
        View::nothing()
    }
}

impl Child for &'static str {
    fn view(self) -> View {
        self.into()
    }
}

impl Child for String {
    fn view(self) -> View {
        self.into()
    }
}

macro_rules! number {
    ($($number:ident)*) => {
        $(impl Child for $number {
            fn view(self) -> View {
                self.to_string().into()
            }
        })*
    };
}

number! { u16 u32 u64 usize i64 }

impl<T: Child> Child for Option<T> {
    fn view(self) -> View {
        self.map_or_else(View::nothing, Child::view)
    }
}

impl<T: Child> Child for Vec<T> {
    fn view(self) -> View {
        self.collect_view()
    }
}

impl<T: Child, const N: usize> Child for [T; N] {
    fn view(self) -> View {
        self.collect_view()
    }
}

impl<F, T> Child for F
where
    F: FnMut() -> T + 'static,
    T: Child,
{
    fn view(mut self) -> View {
        View::live(Box::new(move || self().view()))
    }
}

macro_rules! signal {
    ($($signal:ident)*) => {
        $(impl<T: Child + Clone + Send + Sync + 'static> Child for $signal<T> {
            fn view(self) -> View {
                (move || self.get()).view()
            }
        })*
    };
}

signal! { Memo RwSignal Signal }
