//! nginx as a proxy before nginx with the files of the demo's page.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::command::{Done, During, fail, output};

pub(super) struct Nginx {
    child: Child,
    address: String,
}

impl Nginx {
    /// Serves a page by the rules of the demo.
    pub(super) fn start(folder: &Path, site: &Path, page: &str) -> Done<Self> {
        let root = folder.join("html");
        fs::create_dir_all(&root).during("make a folder for nginx")?;
        fs::write(root.join("index.html"), page).during("copy the page for nginx")?;
        let (proxy, task) = (free()?, free()?);
        let rules =
            fs::read_to_string(site.join("default.conf")).during("read the page's nginx configuration")?;
        let rules = rules
            .replace("listen 80;", &format!("listen 127.0.0.1:{task};"))
            .replace("/usr/share/nginx/html", &root.display().to_string());
        let conf = folder.join("nginx.conf");
        fs::write(&conf, configuration(folder, proxy, task, &rules)).during("configure nginx")?;
        let mut nginx = Command::new("nginx");
        nginx.arg("-p").arg(folder).arg("-c").arg(&conf).arg("-e").arg(folder.join("error.log"));
        let child = nginx.stdin(Stdio::null()).spawn().during("start nginx")?;
        let started = Self { child, address: format!("http://127.0.0.1:{proxy}/") };
        for _ in 0..500 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, proxy)).is_ok() {
                return Ok(started);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        fail("nginx does not answer.")
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Nginx {
    /// The master must end its workers itself, so it is asked to.
    fn drop(&mut self) {
        let _ = output("kill", &["-TERM", &self.child.id().to_string()]);
        let _ = self.child.wait();
    }
}

fn free() -> Done<u16> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    Ok(free.during("find a free port")?.port())
}

/// As fast as a proxy is set up in earnest: a worker for each core, connections kept on both sides, no log.
fn configuration(folder: &Path, proxy: u16, task: u16, rules: &str) -> String {
    let user = if output("id", &["-u"]).is_some_and(|id| id == "0") { "user root;" } else { "" };
    format!(
        "{user}
daemon off;
worker_processes auto;
pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
types {{ text/html html; application/json json; }}
access_log off;
sendfile on;
tcp_nopush on;
keepalive_requests 100000000;
upstream task {{ server 127.0.0.1:{task}; keepalive 256; keepalive_requests 100000000; }}
{rules}
server {{
    listen 127.0.0.1:{proxy};
    location / {{
        proxy_pass http://task;
        proxy_http_version 1.1;
        proxy_set_header Connection \"\";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Port $server_port;
    }}
}}
}}
",
        folder = folder.display(),
    )
}
