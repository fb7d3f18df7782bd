import com.hankcs.hanlp.HanLP;
import com.hankcs.hanlp.seg.Segment;
import com.hankcs.hanlp.seg.common.Term;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Names that HanLP portable finds: a sentence a line on stdin; on stdout the line's number, the type and the name, separated by tabs. */
public class Entities {
    public static void main(String[] arguments) throws Exception {
        Segment segment = HanLP.newSegment().enableNameRecognize(true).enablePlaceRecognize(true).enableOrganizationRecognize(true);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine(), number++) {
            for (Term term : segment.seg(line)) {
                String nature = term.nature.toString();
                String type = nature.startsWith("nr") ? "Person" : nature.startsWith("ns") ? "Place" : nature.startsWith("nt") ? "Organization" : null;
                if (type != null) {
                    out.println(number + "\t" + type + "\t" + term.word);
                }
            }
        }
        out.flush();
    }
}
