//! Bytes through the data plane: what a target gets, and what a client does.

mod bodies;
mod faults;
mod rules;

use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    Sandbox,
    testing::{balancer, elb, group, pass_in, point, world},
};

/// A load balancer in front of targets that a test plays by hand.
struct Stage {
    sandbox: Sandbox,
    listener: String,
    rule: String,
    group: String,
    targets: Vec<TcpListener>,
    _folder: TempDir,
}

const ADDRESSES: [&str; 2] = ["10.0.0.91", "10.0.0.92"];

impl Stage {
    async fn new(count: usize) -> Self {
        let (world, folder) = world();
        let sandbox = Sandbox::new(world);
        let (listener, rule, group) = sandbox.with(|world| {
            let (listener, rule) = balancer(world);
            let group = group(world, "played");
            point(world, &rule, &[(&group, 1)]);
            let targets: Vec<Value> = ADDRESSES.iter().take(count).map(|id| json!({"Id": id})).collect();
            if count > 0 {
                elb(world, "RegisterTargets", json!({"TargetGroupArn": group, "Targets": targets}));
            }
            (listener, rule, group)
        });
        // No task answers the checks, so that all targets become unhealthy and all of them take requests.
        pass_in(&sandbox, 60).await;
        let mut targets = Vec::new();
        for address in ADDRESSES.iter().take(count) {
            let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sandbox.hosts().lend(address, socket.local_addr().unwrap());
            targets.push(socket);
        }
        Self { sandbox, listener, rule, group, targets, _folder: folder }
    }

    /// Lets connections stand still for so many seconds only.
    fn waits(&self, seconds: u32) {
        self.sandbox.with(|world| {
            let listeners = elb(world, "DescribeListeners", json!({ "ListenerArns": [self.listener] }));
            let balancer = &listeners["Listeners"][0]["LoadBalancerArn"];
            let idle = json!({ "Key": "idle_timeout.timeout_seconds", "Value": seconds.to_string() });
            elb(
                world,
                "ModifyLoadBalancerAttributes",
                json!({ "LoadBalancerArn": balancer, "Attributes": [idle] }),
            );
        });
    }

    async fn client(&self) -> Talk {
        let address = self.sandbox.plane().opened(&self.listener).await.unwrap();
        Talk::new(TcpStream::connect(address).await.unwrap())
    }

    /// The next connection to the first target.
    async fn target(&self) -> Talk {
        Talk::new(within(self.targets[0].accept()).await.unwrap().0)
    }

    /// Sends a request and plays one answer; gives what the target got and what the client got.
    async fn exchange(&self, request: &str, answer: &str) -> (String, String) {
        let mut client = self.client().await;
        client.say(request).await;
        let mut target = self.target().await;
        let asked = target.head().await;
        target.say(answer).await;
        drop(target);
        client.stream.shutdown().await.unwrap();
        (asked, client.rest().await)
    }
}

/// One end of a connection.
struct Talk {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Talk {
    fn new(stream: TcpStream) -> Self {
        Self { stream, read: Vec::new() }
    }

    async fn say(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads until the text has come, and gives everything up to its end.
    async fn until(&mut self, text: &str) -> String {
        loop {
            let found = self.read.windows(text.len()).position(|part| part == text.as_bytes());
            if let Some(at) = found {
                let rest = self.read.split_off(at + text.len());
                return String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap();
            }
            let mut bytes = [0; 4096];
            let length = within(self.stream.read(&mut bytes)).await.unwrap();
            assert!(length > 0, "the connection ended after {:?}", String::from_utf8_lossy(&self.read));
            self.read.extend_from_slice(&bytes[..length]);
        }
    }

    async fn head(&mut self) -> String {
        self.until("\r\n\r\n").await
    }

    /// Everything until the connection ends.
    async fn rest(mut self) -> String {
        within(self.stream.read_to_end(&mut self.read)).await.unwrap();
        String::from_utf8(self.read).unwrap()
    }

    /// Whether the other end has closed the connection, with nothing more to read.
    async fn has_ended(&mut self) -> bool {
        within(self.stream.read(&mut [0; 16])).await.is_ok_and(|length| length == 0)
    }
}

/// A test that hangs has failed.
async fn within<T>(done: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), done).await.expect("it took longer than 20 seconds")
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
