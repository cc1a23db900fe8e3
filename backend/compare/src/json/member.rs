//! Which key of one object is which key of the other.

use std::{borrow::Cow, collections::HashMap};

use super::Node;

const FEW: usize = 16;

/// A key that one object has, or both.
pub(crate) enum Match<'d> {
    Both(Node<'d>, Node<'d>),
    Left(Node<'d>),
    Right(Node<'d>),
}

/// The left keys in their order, then those that only the right has.
pub(crate) fn matches<'d>(left: Node<'d>, right: Node<'d>) -> Vec<Match<'d>> {
    let (lefts, rights): (Vec<_>, Vec<_>) = (left.children().collect(), right.children().collect());
    if lefts.len() == rights.len() && lefts.iter().zip(&rights).all(|(left, right)| left.has_key_of(*right)) {
        return lefts.into_iter().zip(rights).map(|(left, right)| Match::Both(left, right)).collect();
    }
    let (of_left, of_right) = (Index::of(&lefts), Index::of(&rights));
    let found = lefts.iter().map(|member| match of_right.get(*member) {
        Some(other) => Match::Both(*member, other),
        None => Match::Left(*member),
    });
    let only_right = rights.iter().filter(|member| of_left.get(**member).is_none());
    found.chain(only_right.map(|it| Match::Right(*it))).collect()
}

enum Index<'m, 'd> {
    Few(&'m [Node<'d>]),
    Many(HashMap<Cow<'d, str>, Node<'d>>),
}

impl<'m, 'd> Index<'m, 'd> {
    fn of(members: &'m [Node<'d>]) -> Self {
        if members.len() <= FEW {
            return Self::Few(members);
        }
        Self::Many(members.iter().map(|member| (member.key().unwrap_or_default(), *member)).collect())
    }

    fn get(&self, wanted: Node<'d>) -> Option<Node<'d>> {
        match self {
            Self::Few(members) => members.iter().find(|it| it.has_key_of(wanted)).copied(),
            Self::Many(members) => members.get(&wanted.key().unwrap_or_default()).copied(),
        }
    }
}
