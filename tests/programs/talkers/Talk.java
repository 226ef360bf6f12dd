// Java's own trust manager: one line in (id, host, port, roots), one line out (id, true or false, output),
// parted by tabs; line ends in the output are written \n.
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Talk {
    static void talk(String host, int port, String roots) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (FileInputStream file = new FileInputStream(roots)) {
            int number = 0;
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry("root-" + number++, root);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Socket plain = new Socket("127.0.0.1", port)) {
            plain.setSoTimeout(10000);
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            tls.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes("US-ASCII"));
            tls.getInputStream().read();
        }
    }

    /** As an uncaught exception is printed, without the frames. */
    static String printed(Throwable error) {
        StringBuilder text = new StringBuilder(error.toString());
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            text.append("\nCaused by: ").append(cause);
        }
        return text.toString().replace("\t", " ").replace("\r", "").replace("\n", "\\n");
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] part = line.split("\t");
            try {
                talk(part[1], Integer.parseInt(part[2]), part[3]);
                System.out.println(part[0] + "\ttrue\t");
            } catch (Exception error) {
                System.out.println(part[0] + "\tfalse\t" + printed(error));
            }
        }
    }
}
