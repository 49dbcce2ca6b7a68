using System.Globalization;
using System.Text;
using Xunit;
using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>Objects that PowerShell serialized: only plain data of a bounded cost is accepted, by the writer and by the server.</summary>
public sealed class CliXmlTests
{
    /// <summary>An object with every part that PowerShell's serializer writes.</summary>
    public const string Plain = """
        <Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
          <Obj RefId="0">
            <TN RefId="0"><T>Deserialized.System.IO.FileInfo</T><T>Deserialized.System.Object</T></TN>
            <ToString>/tmp/x</ToString>
            <Props>
              <S N="Name">x_x000A_&lt;y&gt;</S><B N="Exists">true</B><I64 N="Length">5</I64><DT N="Time">2026-01-02T03:04:05.0000006Z</DT>
              <Obj N="Kind" RefId="1"><TNRef RefId="0" /><ToString>Read</ToString><I32>1</I32></Obj>
              <Nil N="Target" /><Ref N="Again" RefId="1" /><Version N="Version">1.2.3</Version><G N="Id">00000000-0000-0000-0000-000000000001</G>
              <BA N="Bytes">AQID</BA><XD N="Document">&lt;a&gt;&lt;b /&gt;&lt;/a&gt;</XD><URI N="Link">https://a.example/</URI><C N="Sign">65</C>
            </Props>
            <MS>
              <Obj N="List" RefId="2"><LST><I32>1</I32><S>two</S></LST></Obj>
              <Obj N="Table" RefId="3"><DCT><En><S N="Key">a</S><Db N="Value">1.5</Db></En></DCT></Obj>
              <MS N="Set"><S N="Inner">x</S></MS>
            </MS>
          </Obj>
        </Objs>
        """;

    [Fact]
    public void Plain_data_is_accepted() => Assert.Equal(new CliXml(Plain), ValueCodec.Decode(ValueCodec.Encode(new CliXml(Plain))));

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("<S>a</S>", "no root")]
    [InlineData("§", "no object")]
    [InlineData("§<S>a</S><S>b</S>", "two objects")]
    [InlineData("§<S>a</S>text", "text beside")]
    [InlineData("<!DOCTYPE x [<!ENTITY y 'z'>]>§<S>&y;</S>", "a document type")]
    [InlineData("§<SS>00</SS>", "a secret")]
    [InlineData("§<X>a</X>", "no such element")]
    [InlineData("§<I32>x</I32>", "no number")]
    [InlineData("§<I32>99999999999</I32>", "too large a number")]
    [InlineData("§<G>x</G>", "no guid")]
    [InlineData("§<DT>yesterday</DT>", "no time")]
    [InlineData("§<BA>*</BA>", "no base64")]
    [InlineData("§<XD>&lt;a</XD>", "half a document")]
    [InlineData("§<S xmlns='other'>a</S>", "another namespace")]
    [InlineData("§<S><S>a</S></S>", "a value in a value")]
    [InlineData("§<Ref RefId='0' />", "a reference to nothing")]
    [InlineData("§<Obj RefId='0'><LST><Ref RefId='1' /></LST></Obj>", "a reference to nothing")]
    [InlineData("§<Obj><TNRef RefId='0' /></Obj>", "type names from nowhere")]
    [InlineData("§<Obj><Props><S>a</S></Props></Obj>", "a property without name")]
    [InlineData("§<Obj><MS><S N='a'>a</S><S N='A'>a</S></MS></Obj>", "two equal names")]
    [InlineData("§<Obj><Props /><Props /></Obj>", "properties twice")]
    [InlineData("§<Obj><DCT><En><Nil N='Key' /><S N='Value'>a</S></En></DCT></Obj>", "nothing as a key")]
    [InlineData("§<Obj><DCT><En><S N='Key'>a</S></En></DCT></Obj>", "a key without value")]
    [InlineData("§<Obj><TN><T>Deserialized.Microsoft.Management.Infrastructure.CimInstance#x</T></TN><MS><Obj N='__ClassMetadata' /></MS></Obj>", "class metadata")]
    [InlineData("§<Obj><MS><MS N='PSStandardMembers'><S N='TargetTypeForDeserialization'>System.Uri</S></MS></MS></Obj>", "a type to build")]
    public void Anything_else_is_refused(string xml, string what)
    {
        Refuses(Document(xml), what);
        if (xml.StartsWith('§'))
        {
            // In its place nothing else is wrong.
            Assert.Null(CliXmlCheck.Defect(Document("§<S>a</S>")));
        }
    }

    [Fact]
    public void Depth_is_bounded_as_in_the_reader()
    {
        Assert.Null(CliXmlCheck.Defect(Document("§" + Repeat("<Obj><LST>", 48) + "<S>a</S>" + Repeat("</LST></Obj>", 48))));
        Refuses(Document("§" + Repeat("<Obj><LST>", 49) + "<S>a</S>" + Repeat("</LST></Obj>", 49)), "lists");
        Refuses(Document("§<Obj><MS>" + Repeat("<MS N='a'>", 100_000) + Repeat("</MS>", 100_000) + "</MS></Obj>"), "sets of members, which PowerShell's reader does not count");
        Refuses(Document("§<XD>" + Repeat("&lt;a&gt;", 100_000) + Repeat("&lt;/a&gt;", 100_000) + "</XD>"), "a document");
    }

    [Fact]
    public void Shared_parts_are_counted_as_often_as_they_are_written_back()
    {
        // Each list holds the one before ten times: 2 KB for 10^9 objects.
        var lists = new StringBuilder("§<Obj RefId='0'><LST><S>a</S></LST></Obj>".Replace("§", "", StringComparison.Ordinal));
        for (var i = 1; i < 9; i++)
        {
            lists.Append(CultureInfo.InvariantCulture, $"<Obj RefId='{i}'><LST>");
            lists.Append(Repeat($"<Ref RefId='{i - 1}' />", 10));
            lists.Append("</LST></Obj>");
        }

        Refuses(Document($"§<Obj><LST>{lists}</LST></Obj>"), "lists of lists");

        // An object that refers to itself is written back as deep as the writer goes.
        Refuses(Document($"§<Obj RefId='0'><LST>{Repeat("<Ref RefId='0' />", 10)}</LST></Obj>"), "a cycle");
        Assert.Null(CliXmlCheck.Defect(Document("§<Obj RefId='0'><Props><Ref N='Me' RefId='0' /></Props></Obj>")));

        // A part that many share is not larger for that.
        Assert.Null(CliXmlCheck.Defect(Document($"§<Obj><LST><Obj RefId='1'><LST><S>a</S></LST></Obj>{Repeat("<Ref RefId='1' />", 10_000)}</LST></Obj>")));
    }

    [Fact]
    public void Keys_with_hash_codes_of_the_senders_choice_are_few()
    {
        Assert.Null(CliXmlCheck.Defect(Table("I64", 100)));
        Refuses(Table("I64", 101), "many large numbers as keys");
        Assert.Null(CliXmlCheck.Defect(Table("I32", 10_000)));
        Assert.Null(CliXmlCheck.Defect(Table("S", 10_000)));

        static string Table(string tag, int count) => Document("§<Obj><DCT>"
            + string.Concat(Enumerable.Range(0, count).Select(i => $"<En><{tag} N='Key'>{i}</{tag}><Nil N='Value' /></En>")) + "</DCT></Obj>");
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Document(string xml) => xml.Contains('§', StringComparison.Ordinal)
        ? xml.Replace("§", "<Objs Version='1.1.0.1' xmlns='http://schemas.microsoft.com/powershell/2004/04'>", StringComparison.Ordinal) + "</Objs>"
        : xml;

    private static void Refuses(string xml, string what)
    {
        var error = Record.Exception(() => ValueCodec.Encode(new CliXml(xml)));
        Assert.True(error is FaultException { Fault: Fault.ValueNotSupported }, $"{what}: {error}");
        var buffer = new ByteBuffer();
        TextCodec.Write(buffer, ValueKind.CliXml, xml);
        error = Record.Exception(() => ValueCodec.Validate(buffer.Written));
        Assert.True(error is FaultException { Fault: Fault.MalformedMessage }, $"{what}: {error}");
    }
}
