using System.Collections.Specialized;
using System.Management.Automation;
using System.Text;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;
using ZProc.Errors;
using ZProc.Values;

namespace ZProc.Output;

/// <summary>Encodes and decodes output on its way between OS processes.</summary>
internal static class OutputCodec
{
    // The first byte of objects in CLIXML. No encoding of a value begins with this byte.
    private const byte Xml = 0xFF;

    /// <summary>Encodes an object of a stream. The encoding is never empty.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public static ReadOnlyMemory<byte> Encode(OutputKind kind, object? value) => kind switch
    {
        OutputKind.Error or OutputKind.Failure => ErrorCodec.Encode((ErrorRecord)value!),
        OutputKind.Information => EncodeInformation((InformationRecord)value!),
        OutputKind.Progress => EncodeProgress((ProgressRecord)value!),
        OutputKind.Output => EncodeObject(value),
        OutputKind.Text => EncodeText((string)value!),
        _ => PowerShellValues.Encode(((InformationalRecord)value!).Message).Bytes,
    };

    /// <summary>Decodes an object of a stream.</summary>
    public static object? Decode(OutputKind kind, ReadOnlyMemory<byte> bytes) => kind switch
    {
        OutputKind.Error or OutputKind.Failure => ErrorCodec.Decode(bytes),
        OutputKind.Information => DecodeInformation(bytes),
        OutputKind.Progress => DecodeProgress(bytes),
        OutputKind.Output => DecodeObject(bytes),
        OutputKind.Text => Encoding.UTF8.GetString(bytes.Span[1..]),
        _ => ValueCodec.Decode(bytes),
    };

    /// <summary>Encodes an object of the output stream: as a value of the state where possible, else as CLIXML.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ValueTooLarge"/>.</exception>
    public static ReadOnlyMemory<byte> EncodeObject(object? value)
    {
        try
        {
            return PowerShellValues.Encode(value).Bytes;
        }
        catch (FaultException fault) when (fault.Fault == Fault.ValueNotSupported)
        {
            // Expected: output may be any object, and the state takes only some.
            ZProcEventSource.Log.FaultCaught(nameof(OutputCodec), fault);
            return (byte[])[Xml, .. Encoding.UTF8.GetBytes(PSSerializer.Serialize(value))];
        }
        catch (FaultException fault) when (fault.Fault == Fault.ValueTooLarge)
        {
            // The message about values advises on keys, and an object on its way has none.
            throw new FaultException(
                Fault.ValueTooLarge,
                $"An object that passes between processes can take {ValueLimits.Default.MaxBytes:N0} bytes, and this one takes more. Pass it in parts, or write it to a file and pass the path.",
                null,
                fault);
        }
    }

    /// <summary>Decodes an object of the output stream.</summary>
    public static object? DecodeObject(ReadOnlyMemory<byte> bytes) => bytes.Span[0] == Xml
        ? PSSerializer.Deserialize(Encoding.UTF8.GetString(bytes.Span[1..]))
        : PowerShellValues.Decode(new EncodedValue(bytes.ToArray()));

    private static ReadOnlyMemory<byte> EncodeText(string text) => (byte[])[(byte)OutputKind.Text, .. Encoding.UTF8.GetBytes(text)];

    private static ReadOnlyMemory<byte> EncodeInformation(InformationRecord record)
    {
        var message = record.MessageData as HostInformationMessage;
        return PowerShellValues.Encode(new OrderedDictionary
        {
            ["data"] = message is null ? EncodeObject(record.MessageData).ToArray() : null,
            ["text"] = message?.Message,
            ["noNewLine"] = message?.NoNewLine,
            ["foreground"] = (int?)message?.ForegroundColor,
            ["background"] = (int?)message?.BackgroundColor,
            ["source"] = record.Source,
            ["time"] = record.TimeGenerated,
            ["tags"] = record.Tags.ToArray(),
        }).Bytes;
    }

    private static InformationRecord DecodeInformation(ReadOnlyMemory<byte> bytes)
    {
        var fields = Fields.Of(bytes);
        object? data = fields.Get<byte[]>("data") is { } encoded ? DecodeObject(encoded) : new HostInformationMessage
        {
            Message = fields.Get<string>("text"),
            NoNewLine = fields.Get<bool?>("noNewLine"),
            ForegroundColor = (ConsoleColor?)fields.Get<int?>("foreground"),
            BackgroundColor = (ConsoleColor?)fields.Get<int?>("background"),
        };
        var record = new InformationRecord(data, fields.Get<string>("source")) { TimeGenerated = fields.Get<DateTime>("time") };
        record.Tags.AddRange(fields.Get<string[]>("tags")!);
        return record;
    }

    private static ReadOnlyMemory<byte> EncodeProgress(ProgressRecord record) => PowerShellValues.Encode(new OrderedDictionary
    {
        ["id"] = record.ActivityId,
        ["parent"] = record.ParentActivityId,
        ["activity"] = record.Activity,
        ["status"] = record.StatusDescription,
        ["operation"] = record.CurrentOperation,
        ["percent"] = record.PercentComplete,
        ["seconds"] = record.SecondsRemaining,
        ["completed"] = record.RecordType == ProgressRecordType.Completed,
    }).Bytes;

    private static ProgressRecord DecodeProgress(ReadOnlyMemory<byte> bytes)
    {
        var fields = Fields.Of(bytes);
        return new ProgressRecord(fields.Get<int>("id"), fields.Get<string>("activity"), fields.Get<string>("status"))
        {
            ParentActivityId = fields.Get<int>("parent"),
            CurrentOperation = fields.Get<string>("operation"),
            PercentComplete = fields.Get<int>("percent"),
            SecondsRemaining = fields.Get<int>("seconds"),
            RecordType = fields.Get<bool>("completed") ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }
}
