//! Reads the text of a path.

mod predicate;

use super::{Path, Root, Step, filter::Filter};
use crate::cursor::Cursor;

/// Nesting of filters within filters that is read; deeper ones are not paths.
const MAX_DEPTH: usize = 16;

pub(crate) fn whole(text: &str) -> Option<Path> {
    let mut cursor = Cursor::new(text);
    let path = path(&mut cursor, 0)?;
    cursor.is_done().then_some(path)
}

/// Reads the longest path at the cursor.
pub(crate) fn path(cursor: &mut Cursor<'_>, depth: usize) -> Option<Path> {
    let start = cursor.rest();
    if depth > MAX_DEPTH || !cursor.eat("$") {
        return None;
    }
    let root = if cursor.eat("$") {
        Root::Context
    } else {
        match cursor.take_while(is_variable_character) {
            "" => Root::Input,
            name => Root::Variable(name.to_owned()),
        }
    };
    let steps = steps(cursor, depth)?;
    let length = start.len() - cursor.rest().len();
    Some(Path { text: start.get(..length)?.to_owned(), root, steps })
}

fn is_variable_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub(crate) fn steps(cursor: &mut Cursor<'_>, depth: usize) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    loop {
        if cursor.eat("..") {
            let next = if cursor.peek() == Some('[') { bracket(cursor, depth)? } else { dotted(cursor)? };
            steps.push(Step::Descend(Box::new(next)));
        } else if cursor.eat(".") {
            // Jayway passes over a dot in front of a bracket.
            steps.push(if cursor.peek() == Some('[') { bracket(cursor, depth)? } else { dotted(cursor)? });
        } else if cursor.peek() == Some('[') {
            steps.push(bracket(cursor, depth)?);
        } else {
            return Some(steps);
        }
    }
}

/// What may follow a dot: a star, a function, a name.
fn dotted(cursor: &mut Cursor<'_>) -> Option<Step> {
    if cursor.eat("*") {
        return Some(Step::Any);
    }
    if cursor.eat("length()") {
        return Some(Step::Length);
    }
    let name = cursor.take_while(is_name_character);
    (!name.is_empty()).then(|| Step::Names(vec![name.to_owned()]))
}

fn is_name_character(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !".[](){},'\"?*&|!=<>@$/\\+;`^%~:".contains(c) || c == ':'
}

fn bracket(cursor: &mut Cursor<'_>, depth: usize) -> Option<Step> {
    cursor.eat("[");
    cursor.skip_space();
    let step = match cursor.peek()? {
        '*' => {
            cursor.next();
            Step::Any
        }
        '?' => {
            cursor.next();
            Step::Filter(parenthesised(cursor, depth)?)
        }
        '\'' | '"' => names(cursor)?,
        _ => numbers(cursor)?,
    };
    cursor.eat_word("]").then_some(step)
}

fn parenthesised(cursor: &mut Cursor<'_>, depth: usize) -> Option<Filter> {
    if !cursor.eat_word("(") {
        return None;
    }
    let filter = predicate::either(cursor, depth + 1)?;
    cursor.eat_word(")").then_some(filter)
}

fn names(cursor: &mut Cursor<'_>) -> Option<Step> {
    let mut names = Vec::new();
    loop {
        cursor.skip_space();
        let quote = cursor.next().filter(|c| matches!(c, '\'' | '"'))?;
        names.push(cursor.quoted(quote)?);
        if !cursor.eat_word(",") {
            return Some(Step::Names(names));
        }
    }
}

fn numbers(cursor: &mut Cursor<'_>) -> Option<Step> {
    let start = cursor.integer();
    if cursor.eat_word(":") {
        cursor.skip_space();
        let end = cursor.integer();
        let step = if cursor.eat_word(":") { cursor.integer()? } else { 1 };
        return (step > 0).then_some(Step::Slice { start, end, step });
    }
    let mut indexes = vec![start?];
    while cursor.eat_word(",") {
        cursor.skip_space();
        indexes.push(cursor.integer()?);
    }
    Some(Step::Indexes(indexes))
}
