//! Server-sent events out of the pieces of text in which they arrive.

/// One message: its data, and the id to go on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: Option<String>,
    pub data: String,
}

/// Puts lines together to messages.
#[derive(Debug, Default)]
pub struct Lines {
    rest: String,
    id: Option<String>,
    data: Vec<String>,
}

impl Lines {
    /// Takes the next piece and gives the messages that are whole by now.
    pub fn push(&mut self, piece: &str) -> Vec<Message> {
        self.rest.push_str(piece);
        let mut messages = Vec::new();
        while let Some(end) = self.rest.find('\n') {
            let line: String = self.rest.drain(..=end).collect();
            messages.extend(self.line(line.trim_end_matches(['\n', '\r'])));
        }
        messages
    }

    fn line(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then(|| Message { id: self.id.take(), data: data.join("\n") });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.data.push(value.to_owned()),
            "id" => self.id = Some(value.to_owned()),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_may_arrive_in_pieces_and_comments_are_none() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(": keep-alive\n\nid: 7\nda"), []);
        assert_eq!(
            lines.push("ta: {\"a\":\ndata: 1}\r\n\r\n"),
            [Message { id: Some("7".to_owned()), data: "{\"a\":\n1}".to_owned() }]
        );
    }
}
